"""What the manual promises of the program, sentence by sentence, and the tests that hold it.

A sentence is written as the manual has it. Whoever changes a promise changes its line here, and looks whether the tests
still prove it; a new one needs a test.
"""

from __future__ import annotations

PROMISES: dict[str, tuple[str, ...]] = {
    "“防控措施总表”、覆盖情况和各项统计都把风险点一行的第一条和“防控措施”表的其余各条算在一起，两处写了同一条的只算一条并作提示。": (
        "tests/year/test_first_rows.py::test_the_summary_counts_both_with_type_layer_and_what_is_overdue",
        "tests/year/test_first_rows.py::test_one_that_is_repeated_is_told_and_counts_once",
    ),
    "它的风险点和措施照常登记、统计、公示。": (
        "tests/campaign/test_duties.py::test_a_duty_is_of_the_second_class_and_its_points_count",
        "tests/campaign/test_duties.py::test_readers_are_told_that_it_is_a_duty_and_of_a_power_its_class",
        "tests/checks/test_roster.py::test_a_duty_covers_the_post_that_has_it_and_no_power",
    ),
    "长期坚持的不会逾期。": (
        "tests/summary/test_merge.py::test_only_what_is_to_be_done_by_a_day_that_is_past_and_is_not_done_is_overdue",
    ),
    "程序查到的会退回，并且在任何地方都不再显示；": (
        "tests/checks/test_privacy.py::test_whoever_reports_is_found_in_any_field_and_named_in_no_output",
        "tests/checks/test_privacy.py::test_a_return_names_nobody_in_its_list_comments_and_messages",
    ),
    "删掉后下次会按“收件”重建；": (
        "tests/campaign/test_collect_again.py::test_the_ledger_is_rebuilt_from_the_originals",
    ),
    "程序把尚未认定的事项逐项列入 认定.xlsx，填到“计算等级”为止，已列的不重复；": (
        "tests/scenarios/test_decided_levels.py::test_the_meeting_lists_each_matter_once",
    ),
    "写信的命令每次都会提醒信里缺什么。": (
        "tests/mail/test_commands.py::test_what_a_letter_lacks_is_said_where_it_is_shown",
    ),
    "上一期的内容可以自动带过来，见 [lzxl.toml 里的设置](#lzxltoml-里的设置) 的 previous。": (
        "tests/campaign/test_distribute.py::test_the_register_starts_with_the_last_periods_accepted_rows",
    ),
    "再次发放会重写“发放”里的文件，不影响已经收到的；": (
        "tests/campaign/test_distribute.py::test_distributing_again_gives_the_same_bytes",
        "tests/campaign/test_distribute.py::test_distributing_again_leaves_what_came_in_alone",
    ),
    "已经有人填写或改动过的不会覆盖，命令会列出来。": (
        "tests/campaign/test_distribute.py::test_a_workbook_that_somebody_has_typed_into_is_never_replaced",
    ),
    "解开后大得不合常理的压缩包不全部打开，放进“待查”，说明原因。": (
        "tests/campaign/test_archive.py::test_what_a_small_archive_unfolds_to_is_bounded_and_the_archive_is_held_with_the_reason",
    ),
    "同一份内容收几次都只算一次，可以放心重复执行。": (
        "tests/campaign/test_collect.py::test_the_same_content_is_never_taken_in_twice",
    ),
    "再收到的自动记为第2版、第3版。": (
        "tests/campaign/test_collect_again.py::test_any_sequence_of_filings_gives_versions_in_turn_and_the_latest_accepted_counts",
    ),
    "一个单位的同一张表又收到新版以后，以前各版的退回件自动移到该单位文件夹里的“已有新版”：内容原样留着备查，但**不要再发**。": (
        "tests/campaign/test_collect.py::test_a_return_is_put_aside_once_the_unit_has_filed_again",
    ),
    "所以“退回”里各单位文件夹下直接看得到的，就是现在该发的。": (
        "tests/campaign/test_collect.py::test_a_return_is_put_aside_once_the_unit_has_filed_again",
        "tests/campaign/test_collect.py::test_of_two_faulty_files_in_one_batch_only_the_later_one_is_to_be_sent",
        "tests/campaign/test_collect.py::test_the_ledger_rebuilt_writes_no_old_return_anew",
    ),
    "其余统计数都是公式，点开可以核对；": (
        "tests/summary/test_workbook.py::test_every_live_total_is_what_a_real_spreadsheet_works_out",
    ),
    "每一行都写明来自哪个单位哪份文件第几行。": (
        "tests/summary/test_workbook.py::test_every_row_of_a_full_table_says_where_it_came_from",
    ),
    "只有“已接收”的进入汇总；": (
        "tests/campaign/test_collect.py::test_the_latest_accepted_version_counts_although_a_later_one_is_returned",
        "tests/summary/test_workbook.py::test_who_has_not_filed",
    ),
    "名册**：新建时写上 `--previous 2026年度`，整份照抄上一期的 `单位名册.xlsx`，连同“人员”“沿革”，不用重填；": (
        "tests/cli/test_init.py::test_the_next_year_starts_from_the_roster_with_its_people",
        "tests/campaign/test_distribute.py::test_the_roster_of_the_last_period_serves_the_next_one",
    ),
    "汇总表的“自查率”按单位列出应交、实交人数和未交的人，只给办公室看，不会出现在发给单位的任何文件里。": (
        "tests/scenarios/test_transfer.py::test_who_has_not_filed_is_named_to_nobody_but_the_office",
    ),
    "单位改名、改编码的，按名册的“沿革”衔接，不会算成撤一批、增一批。": (
        "tests/scenarios/test_compared_years.py::test_the_renamed_unit_keeps_its_points",
    ),
    "上一期的文件夹只读，不会改动。": (
        "tests/campaign/test_distribute.py::test_the_folder_of_the_last_period_stays_as_it_was",
    ),
    "程序暂按就近原则都定三级，凡用到这两格的地方都写明“规则未明示”，并列入汇总表的“待认定”，由领导小组决定。": (
        "tests/summary/test_workbook.py::test_levels_stand_with_their_basis_and_open_ones_are_marked",
        "tests/workbook/test_build.py::test_the_notes_define_every_word_and_name_the_open_cells",
    ),
    '领导小组决定两格一律定为哪一级的，在 lzxl.toml 里写明，如 `open_cells = "二级"`：此后不再称“暂”，依据写“领导小组决定一律定为二级”，“待认定”里也不再列出。': (  # noqa: E501
        "tests/summary/test_workbook.py::test_a_summary_of_decided_levels_says_nothing_is_provisional",
    ),
    "第一条收邮箱里的新邮件：整封信先原样存好，再认出附件里的表，存进“收件”、检查，写好回信，最后把办过的邮件移到邮箱的“已处理”文件夹（加 `--keep` 就不动邮箱）。": (  # noqa: E501
        "tests/mail/test_office.py::test_what_came_is_kept_whole_under_its_hash",
        "tests/mail/test_kills.py::test_killed_anywhere_and_run_again_ends_as_if_undisturbed",
    ),
    "两样不一致、发件邮箱不在名册里的，一律放进“待查”，**不回信**，等办公室核实：": (
        "tests/mail/test_office.py::test_nobody_is_told_anything_who_is_not_on_the_roster",
        "tests/mail/test_office.py::test_a_workbook_of_another_unit_waits_for_the_office",
    ),
    "不去下载，回信请作为普通附件重发": (
        "tests/mail/test_message.py::test_a_link_in_an_attachments_place_is_recognised_and_asked_for_as_a_file",
    ),
    "不回信": ("tests/mail/test_cases.py::test_a_word_of_thanks_gets_no_letter",),
    "不回信，整封信放进“待查”，由人看": (
        "tests/mail/test_replies.py::test_a_question_lies_in_the_held_folder_and_gets_no_letter",
    ),
    "里面的表照收，但不自动回信；": (
        "tests/mail/test_office.py::test_what_looks_automatic_is_taken_in_and_answered_only_when_the_office_says_so",
    ),
    "只算一次，不重复答复": (
        "tests/mail/test_office.py::test_the_same_mail_twice_and_the_same_file_in_two_mails_count_once_and_are_answered_once",
    ),
    "过10分钟再运行 `lzxl -C 2026年度 reply --send`，会先查是否已发出": (
        "tests/mail/test_outbox.py::test_a_letter_of_which_nobody_knows_is_looked_for_before_it_is_sent_again",
        "tests/mail/test_outbox.py::test_it_is_given_time_to_arrive_in_the_offices_own_mailbox",
    ),
    "信只发给**名册上登记的邮箱**，不管来信是从哪里发的；": (
        "tests/mail/test_office.py::test_a_faulty_form_comes_back_marked_to_the_registered_address",
        "tests/mail/test_commands.py::test_a_letter_is_not_sent_to_an_address_that_is_no_longer_the_units",
    ),
    "结果未变的，不会再写一封。": (
        "tests/mail/test_one_truth.py::test_whatever_comes_first_every_command_tells_the_same",
        "tests/mail/test_one_truth.py::test_the_order_of_things_makes_no_difference_in_the_end",
    ),
    "多数已经自动重写": ("tests/mail/test_one_truth.py::test_whatever_comes_first_every_command_tells_the_same",),
    "每封信同时给办公室自己的邮箱留一份。": (
        "tests/mail/test_outbox.py::test_a_letter_goes_to_its_unit_and_a_copy_to_the_office",
    ),
    "一个单位一天最多答复3封，其余第二天一并答复。": (
        "tests/mail/test_office.py::test_an_address_gets_no_more_letters_a_day_than_the_office_allows",
        "tests/mail/test_office.py::test_letters_that_had_no_room_are_written_the_next_day",
    ),
    "发送中断了也不会重复：再运行一次，程序先查是否已发出，未发出的才重发。": (
        "tests/mail/test_outbox.py::test_a_letter_of_which_nobody_knows_is_looked_for_before_it_is_sent_again",
        "tests/mail/test_kills.py::test_killed_anywhere_and_run_again_ends_as_if_undisturbed",
    ),
    "第二条催报：可以每天运行，到了 lzxl.toml 里定的日子（缺省为截止前第5、第1个工作日，截止后第1、第3个工作日）才写信，催过的不重复；": (  # noqa: E501
        "tests/mail/test_commands.py::test_reminders_come_on_their_days_and_once",
        "tests/campaign/test_reminders.py::test_run_daily_every_point_is_sent_on_its_day",
    ),
    "退回件用同一个密码加密。": ("tests/campaign/test_encrypted.py::test_its_return_is_locked_with_its_own_password",),
    "程序不会把它退给任何一方。": (
        "tests/campaign/test_collect.py::test_a_neighbours_workbook_under_ones_own_name_is_held_not_returned",
    ),
    "改好名册或设置以后，对“待查”重新收件，能归位的就归位，`status` 不再列出。": (
        "tests/campaign/test_held.py::test_taking_the_held_folder_in_again_files_under_the_first_name_and_doubles_nothing",
        "tests/campaign/test_held.py::test_what_has_been_filed_since_is_not_listed",
    ),
    "单位原来在表里写的、标的、贴的，原样带在退回件里，各在原处：": (
        "tests/workbook/test_return_keeps.py::test_every_comment_comes_back_on_its_cell_once_and_ours_below_it",
        "tests/workbook/test_return_keeps.py::test_every_picture_comes_back_at_its_place_as_the_bytes_it_was",
        "tests/workbook/test_return_keeps.py::test_every_colour_comes_back_or_gives_way_to_ours_which_says_so",
        "tests/workbook/test_return_keeps.py::test_every_text_comes_back_in_its_place",
        "tests/workbook/test_return_keeps.py::test_a_total_stays_a_formula_with_what_it_shows",
    ),
    "回不到原处的（一张表在文件里分成了几张、不属于本表单的工作表、单位自己版式的旧登记表），"
    "连同它原来在哪张表、哪一格，列在“未能归位内容”里，图片也放在那里，不会丢。": (
        "tests/workbook/test_mark.py::test_what_belongs_to_no_field_is_given_back_on_its_own_sheet",
        "tests/reading/test_account.py::test_every_cell_is_placed_kept_apart_or_left_out_with_its_row",
        "tests/reading/test_account.py::test_what_a_merged_range_hides_is_kept_apart",
    ),
    "单位用 WPS 存成了 et 或 xls，行吗？** 行，照常收。": (
        "tests/reading/test_every_container.py::test_saved_as_xls_and_ods_by_libreoffice",
    ),
    "同样的收件，得到的汇总表每个字节都一样。": (
        "tests/campaign/test_round.py::test_the_same_inputs_give_the_same_summary",
    ),
    "程序中途断电或按了 Ctrl+C？** 重新运行同一条命令，它会接着办，不会多收也不会少收。": (
        "tests/campaign/test_collect_again.py::test_killed_and_run_again_ends_as_if_undisturbed",
        "tests/cli/test_terminal.py::test_ctrl_c_in_collect_then_again_ends_as_if_undisturbed",
    ),
    "其他文件照常办理；": (
        "tests/campaign/test_one_bad_submission.py::test_a_collection_goes_on_where_a_check_breaks_on_one_submission",
    ),
    "确已损坏的删去 `.lzxl` 里的台账，下次收件自动重建": (
        "tests/campaign/test_collect_again.py::test_a_broken_ledger_is_said_so_and_can_be_deleted",
    ),
    "已经收下的不会丢，通了再运行": ("tests/mail/test_reliability.py::test_cut_off_after_any_number_of_bytes",),
    "重新运行即可接着办": ("tests/cli/test_terminal.py::test_ctrl_c_in_collect_then_again_ends_as_if_undisturbed",),
}

NO_PROMISES: frozenset[str] = frozenset()
"""Sentences with such words that ask something of people."""

README_PROMISES: dict[str, tuple[str, ...]] = {
    "whatever spreadsheet program they have, and install nothing": (
        "tests/workbook/test_build.py::test_only_functions_of_excel_2007_are_used",
        "tests/workbook/test_engines.py::test_every_workbook_that_is_written_shows_what_it_stores",
    ),
    "The risk level appears\n  as they choose likelihood and consequence": (
        "tests/functions/test_sheet_formulas.py::test_a_level_follows_what_is_typed",
    ),
    "with every cell to mend marked": (
        "tests/workbook/test_mark.py::test_a_finding_is_painted_commented_and_listed_at_the_cell_of_its_field",
    ),
    "whose totals are formulas and whose rows say where they came from": (
        "tests/summary/test_workbook.py::test_every_live_total_is_what_a_real_spreadsheet_works_out",
        "tests/summary/test_workbook.py::test_every_row_of_a_full_table_says_where_it_came_from",
    ),
    "with mistakes as real units make them": (
        "tests/test_demo.py::test_the_round_has_all_that_a_real_one_has",
        "tests/test_demo.py::test_every_planted_fault_is_found_at_its_cell_and_nothing_else",
    ),
    "to the addresses of the roster only": (
        "tests/mail/test_office.py::test_a_faulty_form_comes_back_marked_to_the_registered_address",
        "tests/mail/test_commands.py::test_a_letter_is_not_sent_to_an_address_that_is_no_longer_the_units",
    ),
    "any filled workbook, without a campaign": (
        "tests/cli/test_terminal.py::test_check_says_once_that_there_is_no_roster_to_compare_with",
    ),
    "interrupted; run the same command again": (
        "tests/cli/test_terminal.py::test_ctrl_c_in_collect_then_again_ends_as_if_undisturbed",
    ),
    "macros are never run": ("tests/reading/test_containers.py::test_macros_are_told_and_not_run",),
    "recalculate every formula of every kind of workbook in each test run": (
        "tests/workbook/test_engines.py::test_every_workbook_that_is_written_shows_what_it_stores",
    ),
}
"""What the README promises, in its words."""
