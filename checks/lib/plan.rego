# What the checks of plans share: what a change does, and to what.
package palisade.lib.plan

# What is done to the resource, in words.
done := object.get(
	{
		"delete": "deletes",
		"replace": "deletes and makes anew",
		"update": "changes",
		"create": "makes",
		"forget": "forgets",
		"no_op": "leaves",
	},
	input.subject.action,
	"does something unknown to",
)

# Whether something that is there goes.
removes if input.subject.action in {"delete", "replace"}

# Whether the plan does something that palisade does not know.
unclear if input.subject.action == "unknown"

# The guard of a kind that the change touches.
guard(kind) := [one | some one in input.subject.touches; one.kind == kind][0]

# Which one it is, for a sentence.
which(one) := sprintf("%s (%s)", [one.which, one.said]) if {
	is_string(one.which)
	is_string(one.said)
} else := one.which if {
	is_string(one.which)
} else := "one that the plan does not name yet"

# Why a change does not concern production; undefined where it does.
elsewhere := why if {
	input.subject.production == false
	is_string(input.subject.environment)
	why := sprintf("its environment is %s", [input.subject.environment])
} else := "its owner says that it holds no data of its own" if {
	input.subject.class in {"operational", "derived"}
}
