package palisade.state.backups_elsewhere_test

import data.palisade.state.backups_elsewhere

base := {"kind": "state_object", "content_read": true, "copy": null, "databases": ["aws_db_instance.main"], "own_backups": [], "databases_without_outside_copy": ["aws_db_instance.main"]}

verdict(change) := answer if {
	answer := backups_elsewhere.verdict with input as {"subject": object.union(base, change)}
}

test_backups_elsewhere_pass if verdict({}).status == "pass"

test_own_backups_and_nothing_outside_fail if {
	answer := verdict({"own_backups": ["aws_backup_vault.main"]})
	answer.status == "fail"
	contains(answer.message, "aws_backup_vault.main")
}

test_own_backups_with_a_copy_outside_pass if verdict({"own_backups": ["aws_backup_vault.main"], "databases_without_outside_copy": []}).status == "pass"

test_no_database_does_not_apply if verdict({"databases": [], "databases_without_outside_copy": []}).status == "not_applicable"

test_unread_content_never_passes if verdict({"content_read": false, "databases": []}).status == "unknown"

test_a_copy_does_not_apply if verdict({"copy": "backup_file"}).status == "not_applicable"
