# What the checks of the guards share: what is said of actions that are closed or not.
package palisade.lib.guards

import data.palisade.lib.words

# Why an account is before no guard at all.
unguarded := "service control policies bind no principal of the management account, resource control policies none of its resources" if {
	input.subject.guards.bound == "management"
} else := "the account belongs to no organization, whose policies could close anything" if {
	input.subject.guards.bound == "outside"
}

# The verdict on actions of a service: what they do, in words.
service(actions, do) := {
	"status": "not_applicable",
	"message": sprintf("The catalogue has no action of %s that %s and that production can live without.", [input.subject.service, do]),
} if {
	actions.asked == 0
} else := {
	"status": "not_applicable",
	"message": "Service control policies do not bind the management account; no data lies here.",
} if {
	input.subject.bound == "management"
	input.subject.account_data_resources == 0
} else := judged(actions, sprintf("of %s that %s", [input.subject.service, do]))

# The verdict on actions, named by some words.
judged(actions, named) := {
	"status": "fail",
	"message": sprintf("%d of %d actions %s %s not closed to an administrator: %s.%s", [
		actions.open_count,
		actions.asked,
		named,
		are(actions.open_count),
		open(actions),
		bypasses(actions),
	]),
} if {
	actions.open_count > 0
} else := {
	"status": "unknown",
	"message": sprintf("Whether %d of %d actions %s %s closed depends on what could not be read: %s.%s", [
		count(actions.undecided),
		actions.asked,
		named,
		are(count(actions.undecided)),
		words.some_of(actions.undecided),
		bypasses(actions),
	]),
} if {
	count(actions.undecided) > 0
} else := {
	"status": "pass",
	"message": sprintf("%d of %d actions %s are closed to every administrator, by %s.%s", [
		actions.closed,
		actions.asked,
		named,
		closing(actions),
		bypasses(actions),
	]),
} if {
	actions.asked > 0
	actions.closed == actions.asked
}

are(n) := "is" if {
	n == 1
} else := "are"

# The worst of what is open, each with what opens it.
open(actions) := text if {
	shown := [action.said | some action in array.slice(actions.open, 0, 3)]
	text := concat("; ", array.concat(shown, more(actions.open_count - count(shown))))
}

more(n) := [sprintf("and %d more", [n])] if {
	n > 0
} else := []

closing(actions) := concat(", ", [statement.said | some statement in array.slice(actions.closing, 0, 3)]) if {
	count(actions.closing) > 0
} else := "the policies of the organization"

bypasses(actions) := sprintf(" Daily operation needs %s, which no blanket deny can close: %s.", [
	words.counted(count(actions.bypasses), "other action"),
	words.some_of(actions.bypasses),
]) if {
	count(actions.bypasses) > 0
} else := ""
