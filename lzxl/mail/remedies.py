"""What a sender is asked to do about what could not be taken, and what stands for a mail without a file."""

from __future__ import annotations

SEND_WORKBOOK = "请填写发给你单位的表格，把表格文件作为附件重新发送。"
SEND_AS_ZIP = "请以 xlsx 或 zip 格式重新发送。"
SEND_PLAIN = "请把表格作为普通附件重新发送，不要使用超大附件、云附件或文件中转站。"
SEND_UNWRAPPED = "请把其中的表格取出，作为普通附件重新发送。"
SEND_APART = "请分成几封邮件发送。"
SEND_AGAIN = "请新建一封邮件，把表格作为普通附件重新发送。"
SEND_OPEN = "请不要加密，也不要加数字签名，把表格作为普通附件重新发送。"
SEND_WHOLE = "请不要让邮件程序把邮件拆开发送，把表格放在一封完整的邮件里重新发送；太大的，压缩成 zip，或分几封发送。"

# What stands for a mail without any file.
BODY = "邮件正文"
ASKS = "没有附件，像是对来信的答复或询问"
"""The reason of a mail that a person of the office should read."""
