package palisade.scp.data_destruction_denied_test

import data.palisade.scp.data_destruction_denied as check

service(changes, actions) := {"subject": object.union(
	{
		"kind": "account_service",
		"service": "rds",
		"bound": "member",
		"production": true,
		"environment": "production",
		"environment_by": {"by": "account", "what": "shop"},
		"backup_account": false,
		"data_resources": 1,
		"account_data_resources": 1,
		"unread": [],
		"destroys_data": object.union(
			{
				"asked": 2,
				"closed": 2,
				"open_count": 0,
				"open": [],
				"undecided": [],
				"closing": [{"said": "SCP protect (p-1), statement Data, at the root"}],
				"bypasses": [],
			},
			actions,
		),
	},
	changes,
)}

test_closed_passes if {
	v := check.verdict with input as service({}, {})
	v.status == "pass"
	contains(v.message, "destroy data are closed to every administrator, by SCP protect (p-1)")
}

test_open_fails_with_the_counter_example if {
	v := check.verdict with input as service({}, {
		"closed": 1,
		"open_count": 1,
		"open": [{"said": "rds:DeleteX (where aws:PrincipalArn is arn:aws:iam::111122223333:role/ci)"}],
	})
	v.status == "fail"
	contains(v.message, "1 of 2 actions of rds that destroy data is not closed to an administrator: rds:DeleteX (where aws:PrincipalArn is")
}

test_undecided_is_unknown if {
	v := check.verdict with input as service({}, {"closed": 1, "undecided": ["rds:DeleteX"]})
	v.status == "unknown"
}

test_another_environment_is_not_judged if {
	v := check.verdict with input as service({"production": false, "environment": "development"}, {})
	v.status == "not_applicable"
}

test_the_management_account_is_judged_where_it_holds_data if {
	empty := check.verdict with input as service(
		{"bound": "management", "account_data_resources": 0},
		{"closed": 0, "open_count": 2},
	)
	empty.status == "not_applicable"
	full := check.verdict with input as service({"bound": "management"}, {"closed": 0, "open_count": 2})
	full.status == "fail"
}

test_a_service_without_such_actions_is_not_judged if {
	v := check.verdict with input as service({}, {"asked": 0, "closed": 0})
	v.status == "not_applicable"
}

test_unread_gives_no_verdict if {
	not check.verdict with input as service({"destroys_data": null}, {})
}
