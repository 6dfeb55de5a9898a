# METADATA
# title: A state does not manage a database together with its only backups
# description: >-
#   The destroy that takes the database takes the vault, the copies and the snapshots that its state manages as well. A state
#   that manages a database manages none of them, unless a copy in another account, or one that nobody can delete, lies outside it.
# related_resources:
#   - https://docs.aws.amazon.com/aws-backup/latest/devguide/create-cross-account-backup.html
# custom:
#   id: state-backups-elsewhere
#   layer: state
#   severity: critical
#   subject: state_object
#   needs: [s3.buckets, dynamodb.tables, state.lock_items, state.objects, state.content, backup.vaults, backup.recovery_points, rds.db_snapshots, rds.db_cluster_snapshots]
#   evidence: forall
#   facts: [databases, own_backups, databases_without_outside_copy]
#   remediation:
#     note: Move vaults, plans and copies to a state of their own, in the backup account.
#     terraform: |
#       removed {
#         from = aws_backup_vault.main
#         lifecycle { destroy = false }
#       }
#     cli: terraform state rm aws_backup_vault.main
#   frameworks:
#     nist_800_53_r5: [CP-6, CP-9]
#     nist_csf_2_0: [PR.DS-11]
#     cis_controls_8_1: ["11.4"]
#     iso_27001_2022: [A.8.13]
#     soc2_tsc_2017: [A1.2]
package palisade.state.backups_elsewhere

verdict := {
	"status": "not_applicable",
	"message": sprintf("a copy (%s), not an owner", [input.subject.copy]),
} if {
	input.subject.copy != null
} else := {
	"status": "unknown",
	"message": "its content was not read",
} if {
	input.subject.content_read != true
} else := {
	"status": "not_applicable",
	"message": "it manages no database",
} if {
	count(input.subject.databases) == 0
} else := {
	"status": "pass",
	"message": sprintf("it manages %d database(s) and none of what would bring them back", [count(input.subject.databases)]),
} if {
	count(input.subject.own_backups) == 0
} else := {
	"status": "pass",
	"message": sprintf("it manages backups too (%s), but every database has a copy out of its reach", [concat(", ", input.subject.own_backups)]),
} if {
	count(input.subject.databases_without_outside_copy) == 0
} else := {
	"status": "fail",
	"message": sprintf("the destroy that takes %s also takes %s, and no copy lies out of its reach", [concat(", ", input.subject.databases_without_outside_copy), concat(", ", input.subject.own_backups)]),
}
