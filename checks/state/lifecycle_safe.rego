# METADATA
# title: The state records the settings that make a destroy fail or leave a snapshot
# description: >-
#   What the state records is what the AWS provider acts on: with deletion_protection false it turns the live protection off
#   before it deletes; with skip_final_snapshot true it leaves nothing; with delete_automated_backups true the automated backups go
#   too. `prevent_destroy` is written neither in state nor in plan, so nobody can verify it from them.
# related_resources:
#   - https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DeleteDBInstance.html
#   - https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/db_instance
# custom:
#   id: state-lifecycle-safe
#   layer: state
#   severity: high
#   subject: state_database
#   needs: [s3.buckets, dynamodb.tables, state.lock_items, state.objects, state.content]
#   evidence: each
#   facts: [recorded.deletion_protection, recorded.deletion_protection_enabled, recorded.skip_final_snapshot, recorded.delete_automated_backups]
#   remediation:
#     terraform: |
#       deletion_protection      = true
#       skip_final_snapshot      = false
#       delete_automated_backups = false
#     cli: aws rds modify-db-instance --db-instance-identifier ID --deletion-protection --apply-immediately && terraform apply -refresh-only
#   frameworks:
#     nist_800_53_r5: [CM-6, CP-9]
#     nist_csf_2_0: [PR.PS-01]
#     iso_27001_2022: [A.8.9]
#     soc2_tsc_2017: [CC8.1]
package palisade.state.lifecycle_safe

recorded := input.subject.recorded

# What Terraform's resource types know of each setting; clusters of DocumentDB and Neptune have no delete_automated_backups.
snapshots := {"aws_db_instance", "aws_rds_cluster", "aws_docdb_cluster", "aws_neptune_cluster"}

automated := {"aws_db_instance", "aws_rds_cluster"}

faults contains sprintf("deletion_protection is %s", [word(recorded.deletion_protection)]) if {
	input.subject.resource_type in snapshots
	recorded.deletion_protection != true
}

faults contains sprintf("deletion_protection_enabled is %s", [word(recorded.deletion_protection_enabled)]) if {
	input.subject.resource_type == "aws_dynamodb_table"
	recorded.deletion_protection_enabled != true
}

faults contains sprintf("skip_final_snapshot is %s", [word(recorded.skip_final_snapshot)]) if {
	input.subject.resource_type in snapshots
	recorded.skip_final_snapshot != false
}

faults contains sprintf("delete_automated_backups is %s", [word(recorded.delete_automated_backups)]) if {
	input.subject.resource_type in automated
	recorded.delete_automated_backups != false
}

known if input.subject.resource_type in snapshots

known if input.subject.resource_type == "aws_dynamodb_table"

verdict := {
	"status": "unknown",
	"message": sprintf("palisade does not know which settings of %s protect it", [input.subject.resource_type]),
} if {
	not known
} else := {
	"status": "pass",
	"message": sprintf("%s in %s records that a destroy must fail or leave a snapshot", [input.subject.address, input.subject.state]),
} if {
	count(faults) == 0
} else := {
	"status": "fail",
	"message": sprintf("%s in %s: %s", [input.subject.address, input.subject.state, concat(", ", sort(faults))]),
}

word(value) := "not recorded" if {
	value == null
} else := sprintf("%v", [value])
