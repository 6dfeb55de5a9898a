# The words that checks share: who is concerned, and numbers as a person reads them.
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

# Hours as a person reads them.
hours(h) := "1 hour" if {
	h == 1
} else := sprintf("%v hours", [h]) if {
	h < 72
} else := sprintf("%v days", [floor(h / 24)])

days(d) := "1 day" if {
	d == 1
} else := sprintf("%v days", [d])

# Up to five of many, and how many more.
some_of(list) := concat(", ", list) if {
	count(list) <= 5
} else := sprintf("%s and %d more", [concat(", ", array.slice(list, 0, 5)), count(list) - 5])
