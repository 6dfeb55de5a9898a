package palisade.separation.no_long_lived_destroyers_test

import data.palisade.separation.no_long_lived_destroyers as check

user(changes) := {"subject": object.union(
	{
		"kind": "iam_user",
		"access_key": true,
		"password": false,
		"accounts": 0,
		"reaches": null,
	},
	changes,
)}

test_harmless_passes if {
	v := check.verdict with input as user({})
	v.status == "pass"
}

test_destroyer_fails if {
	v := check.verdict with input as user({"accounts": 2, "reaches": {"told": "user/ci may call rds:DeleteDBInstance on orders"}})
	v.status == "fail"
	contains(v.message, "an active access key and reaches destructive rights in 2 accounts: user/ci may call")
}

test_a_password_counts if {
	v := check.verdict with input as user({"access_key": false, "password": true})
	v.status == "pass"
	contains(v.message, "The user has a password")
	both := check.verdict with input as user({"password": true})
	contains(both.message, "an active access key and a password")
}

test_harmless_whatever_its_credentials_passes if {
	v := check.verdict with input as user({"access_key": null, "password": null})
	v.status == "pass"
	contains(v.message, "Whatever credentials")
}

test_without_credentials_is_not_judged if {
	v := check.verdict with input as user({"access_key": false, "accounts": 2})
	v.status == "not_applicable"
}

test_unread_gives_no_verdict if {
	not check.verdict with input as user({"access_key": null, "password": null, "accounts": 1})
}
