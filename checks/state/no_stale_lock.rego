# METADATA
# title: No lock is held longer than a run takes
# description: >-
#   A lock left by a crashed run is what people learn to pass by with force-unlock or -lock=false, and then the next real one is passed by
#   too. No held lock is older than stale_lock_hours.
# related_resources:
#   - https://developer.hashicorp.com/terraform/language/state/locking
# custom:
#   id: state-no-stale-lock
#   layer: state
#   severity: low
#   subject: held_lock
#   needs: [s3.buckets, dynamodb.tables, state.lock_items, state.lock_versions, state.objects]
#   evidence: each
#   facts: [age_hours, lock]
#   remediation:
#     note: Make sure first that nobody's run still holds it.
#     terraform: "# in the configuration of that state: terraform force-unlock LOCK_ID"
#     cli: terraform force-unlock LOCK_ID
#   frameworks:
#     nist_800_53_r5: [CM-3]
#     soc2_tsc_2017: [CC8.1]
package palisade.state.no_stale_lock

verdict := {
	"status": "unknown",
	"message": sprintf("the lock on %s does not say when it was taken", [input.subject.state]),
} if {
	input.subject.age_hours == null
} else := {
	"status": "pass",
	"message": sprintf("the lock on %s has been held for %v hours", [input.subject.state, input.subject.age_hours]),
} if {
	input.subject.age_hours <= data.config.stale_lock_hours
} else := {
	"status": "fail",
	"message": sprintf("the lock on %s has been held for %v hours, longer than %v", [input.subject.state, input.subject.age_hours, data.config.stale_lock_hours]),
} if {
	input.subject.age_hours > data.config.stale_lock_hours
}
