package palisade.separation.no_path_to_backups_test

import data.palisade.separation.no_path_to_backups as check

account(changes) := {"subject": object.union(
	{
		"kind": "account",
		"state": "ACTIVE",
		"scanned": true,
		"management": false,
		"production": true,
		"environment": "production",
		"environment_by": {"by": "account", "what": "shop-prod"},
		"unread": [],
		"data_resources": 1,
		"backup_account": false,
		"reach": {
			"rights": 2,
			"destroyers": {"count": 1, "shown": [admin], "platform": []},
			"crossing": {"count": 0, "shown": [], "platform": []},
			"copy_rights": 0,
			"to_copies": {"count": 0, "shown": [], "platform": []},
			"copies_of": [],
		},
	},
	changes,
)}

admin := {
	"who": "arn:aws:iam::111122223333:role/admin",
	"strength": "sure",
	"told": "role/admin of account 111122223333 may call rds:DeleteDBInstance on orders",
}

vault(changes) := account({"backup_account": true, "reach": object.union(
	{"copy_rights": 5, "to_copies": {"count": 0, "shown": [], "platform": []}, "copies_of": ["111122223333"]},
	changes,
)})

test_vaults_that_nobody_looked_into_are_unknown if {
	verdict := check.verdict with input as account({"unread": [{"collection": "backup.vaults"}]})
	verdict.status == "unknown"
	other := check.verdict with input as account({"unread": [{"collection": "s3.buckets"}]})
	other.status == "not_applicable"
}

test_the_toll_is_told if {
	reached := {"count": 1, "shown": [admin], "platform": []}
	many := check.verdict with input as vault({"to_copies": reached, "copies_fallen": 3})
	many.status == "fail"
	contains(many.message, "3 copies here fall")
	one := check.verdict with input as vault({"to_copies": reached, "copies_fallen": 1})
	contains(one.message, "1 copy here falls")
	none := check.verdict with input as vault({"to_copies": reached, "copies_fallen": 0})
	not contains(none.message, "here fall")
}

test_nobody_passes if {
	v := check.verdict with input as vault({})
	v.status == "pass"
	contains(v.message, "No principal of 111122223333 reaches any of the 5 rights")
}

test_somebody_fails if {
	v := check.verdict with input as vault({"to_copies": {"count": 1, "shown": [admin]}})
	v.status == "fail"
	contains(v.message, "role/admin of account 111122223333")
}

test_closed_accounts_are_not_judged if {
	v := check.verdict with input as account({"state": "CLOSED"})
	v.status == "not_applicable"
}

test_without_copies_is_unknown if {
	v := check.verdict with input as vault({"copy_rights": 0, "copies_of": []})
	v.status == "unknown"
}

test_not_scanned_is_unknown if {
	v := check.verdict with input as account({"backup_account": true, "scanned": false})
	v.status == "unknown"
}

test_other_accounts_are_not_judged if {
	v := check.verdict with input as account({})
	v.status == "not_applicable"
}

test_unread_gives_no_verdict if {
	not check.verdict with input as vault({"to_copies": null})
}
