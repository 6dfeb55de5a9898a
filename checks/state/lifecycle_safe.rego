# METADATA
# title: What the state records would stop a destroy, or leave a snapshot
# description: >-
#   The AWS provider acts on what the state records. Where it records deletion_protection false, a destroy goes through
#   – and with apply_immediately the provider first turns off a protection that is on in AWS. skip_final_snapshot true
#   leaves no snapshot; delete_automated_backups true takes the automated backups along. prevent_destroy is written
#   neither in state nor in a plan: nobody can verify it from them.
# related_resources:
#   - ref: https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/db_instance
# custom:
#   id: state-lifecycle-safe
#   layer: state
#   severity: high
#   severity_outside_production: medium
#   subject: state_database
#   needs: [s3.buckets, dynamodb.tables, state.lock_items, state.objects, state.content]
#   evidence: each
#   facts: [resource_type, recorded.deletion_protection, recorded.deletion_protection_enabled, recorded.skip_final_snapshot, recorded.delete_automated_backups]
#   remediation:
#     terraform: |
#       resource "aws_db_instance" "this" { # likewise aws_rds_cluster; aws_dynamodb_table: deletion_protection_enabled
#         deletion_protection       = true
#         skip_final_snapshot       = false
#         final_snapshot_identifier = "NAME-final"
#         delete_automated_backups  = false
#       }
#     cli: |
#       aws rds modify-db-instance --db-instance-identifier NAME --deletion-protection --apply-immediately
#       terraform apply -refresh-only
#   frameworks:
#     nist_800_53_r5: [CM-2, CM-6, CP-9]
#     nist_csf_2_0: [PR.PS-01]
#     cis_controls_8_1: ["4.1"]
#     iso_27001_2022: [A.8.9, A.8.32]
#     soc2_tsc_2017: [CC8.1]
#     dora: [Art. 9(4)]
#     nis2: [Art. 21(2)(e)]
package palisade.state.lifecycle_safe

verdict := {
	"status": "unknown",
	"message": sprintf("Which settings of %s would stop a destroy is not known to this check.", [input.subject.resource_type]),
} if {
	not input.subject.resource_type in object.keys(wanted)
} else := {
	"status": "pass",
	"message": sprintf("%s in %s records what makes a destroy fail or leave a snapshot.", [input.subject.address, input.subject.state]),
} if {
	count(faults) == 0
} else := {
	"status": "fail",
	"message": sprintf("%s in %s records: %s.", [input.subject.address, input.subject.state, concat(", ", sort([f | some f in faults]))]),
} if {
	count(faults) > 0
}

snapshot := {"deletion_protection": true, "skip_final_snapshot": false}

# What each type has to record. Clusters of DocumentDB and Neptune have no delete_automated_backups.
wanted := {
	"aws_db_instance": object.union(snapshot, {"delete_automated_backups": false}),
	"aws_rds_cluster": object.union(snapshot, {"delete_automated_backups": false}),
	"aws_docdb_cluster": snapshot,
	"aws_neptune_cluster": snapshot,
	"aws_rds_global_cluster": {"deletion_protection": true},
	"aws_dynamodb_table": {"deletion_protection_enabled": true},
}

faults contains sprintf("%s is %s", [setting, word(recorded)]) if {
	some setting, value in wanted[input.subject.resource_type]
	recorded := object.get(input.subject.recorded, setting, null)
	recorded != value
}

word(value) := "not recorded" if {
	is_null(value)
} else := sprintf("%v", [value])
