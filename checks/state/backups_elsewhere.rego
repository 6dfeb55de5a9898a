# METADATA
# title: A state does not manage a database together with its only backups
# description: >-
#   The destroy that takes the database takes the vault, the copies and the snapshots that its state manages as well. A
#   state that manages a database manages none of them, unless a copy of every such database lies isolated outside of
#   it.
# related_resources:
#   - ref: https://docs.aws.amazon.com/aws-backup/latest/devguide/create-cross-account-backup.html
# custom:
#   id: state-backups-elsewhere
#   layer: state
#   severity: critical
#   severity_outside_production: medium
#   subject: state_object
#   needs:
#     - s3.buckets
#     - dynamodb.tables
#     - state.lock_items
#     - state.objects
#     - state.content
#     - backup.vaults
#     - backup.recovery_points
#     - rds.db_snapshots
#     - rds.db_cluster_snapshots
#     - backup.vault_policies
#     - backup.legal_holds
#     - kms.keys
#     - kms.key_policies
#     - iam.authorization_details
#     - organization.description
#     - organization.roots
#     - organization.units
#     - organization.accounts
#     - organization.scps
#     - organization.rcps
#     - organization.delegated_administrators
#     - organization.trusted_services
#     - organization.central_root
#   evidence: forall
#   facts: [databases, own_backups, databases_without_outside_copy, copy]
#   remediation:
#     note: >-
#       Move vaults, plans and copies to a state of their own, in the backup account.
#     terraform: |
#       removed {
#         from = aws_backup_vault.main # then import it in the backup account's own configuration
#         lifecycle {
#           destroy = false
#         }
#       }
#     cli: |
#       terraform state rm aws_backup_vault.main
#   frameworks:
#     nist_800_53_r5: [CP-6(1), CP-9(3)]
#     nist_csf_2_0: [PR.DS-11]
#     cis_controls_8_1: ["11.4"]
#     iso_27001_2022: [A.8.13]
#     soc2_tsc_2017: [A1.2]
#     dora: [Art. 12(3)]
#     nis2: [Art. 21(2)(c)]
#     asd_essential_eight: ["8.3"]
package palisade.state.backups_elsewhere

import data.palisade.lib.words

verdict := {
	"status": "not_applicable",
	"message": sprintf("This object is a copy of a state (%s), no owner.", [replace(input.subject.copy, "_", " ")]),
} if {
	is_string(input.subject.copy)
} else := {
	"status": "unknown",
	"message": "What the state holds was not read, so that nobody can say what it manages.",
} if {
	not input.subject.content_read == true
} else := {
	"status": "not_applicable",
	"message": "The state manages no database.",
} if {
	count(databases) == 0
} else := {
	"status": "pass",
	"message": sprintf("The state manages %s, and nothing that would bring them back.", [words.counted(count(databases), "database")]),
} if {
	count(backups) == 0
	count(databases) > 0
} else := {
	"status": "pass",
	"message": sprintf("The state manages backups too (%s), but an isolated copy of every database lies outside of it.", [
		words.some_of(backups),
	]),
} if {
	count(backups) > 0
	count(exposed) == 0
	count(databases) > 0
} else := {
	"status": "fail",
	"message": sprintf("The destroy that takes %s takes %s too, and no isolated copy lies outside of this state.", [
		words.some_of(exposed),
		words.some_of(backups),
	]),
} if {
	count(backups) > 0
	count(exposed) > 0
}

databases := input.subject.databases if is_array(input.subject.databases)

backups := input.subject.own_backups if is_array(input.subject.own_backups)

exposed := input.subject.databases_without_outside_copy if is_array(input.subject.databases_without_outside_copy)
