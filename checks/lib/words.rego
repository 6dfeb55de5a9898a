# The words that checks share: who is concerned, what counts as a copy, and numbers as a person reads them.
package palisade.lib.words

# Why a resource is not judged by the checks of production data; undefined where it is.
no_production_data := why if {
	why := not_judged_by_class(["data"])
} else := why if {
	why := other_environment
}

# Why a resource is not judged by the deletion checks: they take what nobody has classed yet for data.
no_deletion_subject := why if {
	why := not_judged_by_class(["data", "unclassified"])
}

not_judged_by_class(judged) := why if {
	is_string(input.subject.class)
	not input.subject.class in judged
	why := sprintf("its class is %s (told by %s: %s)", [
		input.subject.class,
		input.subject.class_by.by,
		input.subject.class_by.what,
	])
}

other_environment := why if {
	input.subject.production == false
	is_string(input.subject.environment)
	why := sprintf("its environment is %s (told by %s: %s)", [
		input.subject.environment,
		input.subject.environment_by.by,
		input.subject.environment_by.what,
	])
}

# Why an account is not judged at all: nothing runs in it any more.
closed_account := why if {
	input.subject.state in {"SUSPENDED", "PENDING_CLOSURE", "CLOSED"}
	why := sprintf("the account is %s", [replace(lower(input.subject.state), "_", " ")])
}

# Whether one of these collections could not be read: then an empty list is no proof of emptiness. The engine looks after
# passes and fails; a check that calls something empty not applicable looks itself.
unread(collections) if {
	some gap in input.subject.unread
	gap.collection in collections
}

# What lists the data of an account.
data_lists := {
	"rds.db_instances",
	"rds.db_clusters",
	"dynamodb.tables",
	"s3.buckets",
	"s3.bucket_tags",
}

# Whether a copy could bring back data that is younger than the RPO. A copy without an age proves nothing.
fresh(copy) if {
	copy.usable == true
	is_number(copy.age_hours)
	copy.age_hours < data.config.rpo_hours
	not expired(copy)
}

expired(copy) if {
	is_number(copy.expires_in_hours)
	copy.expires_in_hours <= 0
}

# The age of the youngest of some copies, for a sentence.
youngest(copies) := hours(min({copy.age_hours | some copy in copies; is_number(copy.age_hours)}))

# A kind of copy in words.
kind_of(copy) := object.get(
	{
		"recovery_point": "recovery point",
		"manual_snapshot": "manual snapshot",
		"automated_snapshot": "automated snapshot",
		"automated_backup": "automated backup",
		"replicated_automated_backup": "replicated automated backup",
		"point_in_time_recovery": "point-in-time recovery",
	},
	copy.kind,
	copy.kind,
)

# Hours as a person reads them.
hours(h) := "1 hour" if {
	h == 1
} else := sprintf("%v hours", [h]) if {
	h < 72
} else := sprintf("%v days", [floor(h / 24)])

days(d) := counted(d, "day")

counted(n, noun) := sprintf("1 %s", [noun]) if {
	n == 1
} else := sprintf("%v %s", [n, plural(noun)])

plural(noun) := sprintf("%sies", [trim_suffix(noun, "y")]) if {
	regex.match(`[^aeiou]y$`, noun)
} else := sprintf("%ss", [noun])

# Up to five of many, and how many more.
some_of(list) := concat(", ", list) if {
	count(list) <= 5
} else := sprintf("%s and %d more", [concat(", ", array.slice(list, 0, 5)), count(list) - 5])

# A survival tier as a person reads it.
tier(word) := replace(word, "_", " ")
