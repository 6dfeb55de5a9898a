package palisade.separation.backup_account_dedicated_test

import data.palisade.separation.backup_account_dedicated as check

organization(accounts) := {"subject": {
	"kind": "organization",
	"data_resources": 4,
	"backup_accounts": accounts,
	"unread": [],
}}

account(changes) := object.union(
	{"account": "444455556666", "declared": false, "copies_of": ["111122223333"], "copies_seen": true, "data_resources": 0},
	changes,
)

test_dedicated_passes if {
	v := check.verdict with input as organization([account({})])
	v.status == "pass"
	contains(v.message, "444455556666")
}

test_one_dedicated_among_others_passes if {
	v := check.verdict with input as organization([account({"account": "111122223333", "data_resources": 9}), account({})])
	v.status == "pass"
}

test_mixed_fails if {
	v := check.verdict with input as organization([account({"data_resources": 2})])
	v.status == "fail"
	contains(v.message, "444455556666 with 2 data resources")
}

test_nowhere_fails if {
	v := check.verdict with input as organization([])
	v.status == "fail"
}

test_declared_without_copies_fails if {
	v := check.verdict with input as organization([account({"declared": true, "copies_of": []})])
	v.status == "fail"
}

test_not_scanned_is_unknown if {
	v := check.verdict with input as organization([account({"data_resources": null})])
	v.status == "unknown"
}

# Nothing seen in an account whose buckets could not be listed is no proof of emptiness.
test_half_read_is_unknown if {
	v := check.verdict with input as object.union(
		organization([account({})]),
		{"subject": {"unread": [{"account": "444455556666", "collection": "s3.buckets"}]}},
	)
	v.status == "unknown"
}

test_unread_elsewhere_does_not_count if {
	v := check.verdict with input as object.union(
		organization([account({})]),
		{"subject": {"unread": [{"account": "111122223333", "collection": "s3.buckets"}]}},
	)
	v.status == "pass"
}

test_no_data_is_not_judged if {
	v := check.verdict with input as object.union(organization([]), {"subject": {"data_resources": 0}})
	v.status == "not_applicable"
}

test_no_data_seen_is_no_reason if {
	v := check.verdict with input as object.union(
		organization([]),
		{"subject": {"data_resources": 0, "unread": [{"account": "111122223333", "collection": "s3.buckets"}]}},
	)
	v.status == "fail"
}

test_what_lists_no_data_does_not_count if {
	v := check.verdict with input as object.union(
		organization([account({})]),
		{"subject": {"unread": [{"account": "444455556666", "collection": "kms.keys"}]}},
	)
	v.status == "pass"
}

# A copy action that names a vault is no copy in it.
test_named_alone_is_unknown if {
	v := check.verdict with input as organization([account({"copies_seen": false})])
	v.status == "unknown"
	contains(v.message, "named to receive")
}

# Accounts that nobody could list may hold data.
test_unlisted_accounts_are_no_reason if {
	v := check.verdict with input as object.union(
		organization([]),
		{"subject": {"data_resources": 0, "unread": [{"account": null, "collection": "organization.accounts"}]}},
	)
	v.status == "fail"
}
