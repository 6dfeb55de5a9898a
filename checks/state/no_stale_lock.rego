# METADATA
# title: No state lock is held longer than a run takes
# description: >-
#   A lock that a crashed run left behind teaches people to pass by locks with force-unlock or -lock=false, and then the
#   next real one is passed by too. No held lock is older than `stale_lock_hours`.
# related_resources:
#   - ref: https://developer.hashicorp.com/terraform/language/state/locking
# custom:
#   id: state-no-stale-lock
#   layer: state
#   severity: low
#   subject: held_lock
#   needs: [s3.buckets, dynamodb.tables, state.lock_items, state.objects, state.lock_versions]
#   evidence: each
#   facts: [age_hours, lock, operation]
#   remediation:
#     terraform: |
#       # Locks are no resource. Make sure that nobody's run still holds it, then, in the configuration of that state:
#       # terraform force-unlock LOCK_ID
#     cli: |
#       terraform force-unlock LOCK_ID
#   frameworks:
#     nist_800_53_r5: [CM-3]
#     nist_csf_2_0: [PR.PS-01]
#     iso_27001_2022: [A.8.32]
#     soc2_tsc_2017: [CC8.1]
package palisade.state.no_stale_lock

import data.palisade.lib.words

verdict := {
	"status": "unknown",
	"message": sprintf("The lock on %s does not say when it was taken.", [input.subject.state]),
} if {
	is_null(input.subject.age_hours)
} else := {
	"status": "pass",
	"message": sprintf("The lock on %s has been held for %s; %s are allowed.", [
		input.subject.state,
		words.hours(input.subject.age_hours),
		words.hours(data.config.stale_lock_hours),
	]),
} if {
	is_number(input.subject.age_hours)
	input.subject.age_hours <= data.config.stale_lock_hours
} else := {
	"status": "fail",
	"message": sprintf("The lock on %s has been held for %s; a run takes less than %s.", [
		input.subject.state,
		words.hours(input.subject.age_hours),
		words.hours(data.config.stale_lock_hours),
	]),
} if {
	is_number(input.subject.age_hours)
	input.subject.age_hours > data.config.stale_lock_hours
}
