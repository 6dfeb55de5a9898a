# METADATA
# title: What the state records of a database's protection is what AWS reports
# description: >-
#   Protection that was switched off by hand after the last apply is on in the state and off in truth; the next plan does not
#   tell before it is read. What the state records is compared with what AWS reports.
# related_resources:
#   - https://developer.hashicorp.com/terraform/tutorials/state/resource-drift
# custom:
#   id: state-matches-reality
#   layer: state
#   severity: medium
#   subject: state_database
#   needs: [s3.buckets, dynamodb.tables, dynamodb.continuous_backups, rds.db_instances, rds.db_clusters, state.lock_items, state.objects, state.content]
#   evidence: each
#   facts: [found, differences]
#   remediation:
#     terraform: |
#       # Decide which is right; then apply it, so that code, state and AWS say the same:
#       deletion_protection = true
#     cli: terraform plan -refresh-only
#   frameworks:
#     nist_800_53_r5: [CM-2, CM-6]
#     nist_csf_2_0: [PR.PS-01]
#     iso_27001_2022: [A.8.9]
#     soc2_tsc_2017: [CC7.1]
package palisade.state.matches_reality

verdict := {
	"status": "fail",
	"message": sprintf("%s in %s records a resource that AWS does not report: destroyed, renamed, or elsewhere", [input.subject.address, input.subject.state]),
} if {
	input.subject.found == false
} else := {
	"status": "unknown",
	"message": sprintf("%s in %s records a resource in an account or region that was not read", [input.subject.address, input.subject.state]),
} if {
	input.subject.found == null
} else := {
	"status": "fail",
	"message": sprintf("%s in %s: %s", [input.subject.address, input.subject.state, concat("; ", told)]),
} if {
	count(input.subject.differences) > 0
} else := {
	"status": "pass",
	"message": sprintf("%s in %s records what AWS reports", [input.subject.address, input.subject.state]),
} if {
	input.subject.found == true
}

told := [sprintf("%s is %s in the state and %s in AWS", [difference.setting, difference.recorded, difference.live]) |
	some difference in input.subject.differences
]
