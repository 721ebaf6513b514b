"""Submission by e-mail: mails in from a mailbox or a folder, letters out as drafts or by SMTP."""
