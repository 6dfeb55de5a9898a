# METADATA
# title: The plan deletes no backup and no plan that makes them
# description: >-
#   Snapshots, recovery points' plans and selections, and replicated backups are the way back. A plan that deletes or
#   replaces one is a blocker; what it changes of a backup plan's rules is not compared, and is told as such.
# related_resources:
#   - ref: https://docs.aws.amazon.com/aws-backup/latest/devguide/about-backup-plans.html
# custom:
#   id: plan-backups-kept
#   layer: backup
#   severity: high
#   subject: planned_change
#   needs:
#     - backup.plans
#   evidence: forall
#   facts: [address, resource_type, actions, changed]
#   remediation:
#     note: >-
#       Take it out of the state in place of deleting it, or keep it until a younger copy is proven.
#     terraform: |
#       removed {
#         from = aws_db_snapshot.before_migration
#         lifecycle {
#           destroy = false
#         }
#       }
#     cli: |
#       terraform state rm ADDRESS # destroys nothing
#   frameworks:
#     nist_800_53_r5: [CM-3, CM-4, CP-9]
#     nist_csf_2_0: [PR.PS-01, PR.DS-11]
#     iso_27001_2022: [A.8.13, A.8.32]
#     soc2_tsc_2017: [CC8.1]
#     dora: [Art. 9(4)]
#     nis2: [Art. 21(2)(c)]
package palisade.plan.backups_kept

import data.palisade.lib.plan

backups := {
	"aws_backup_framework",
	"aws_backup_global_settings",
	"aws_backup_plan",
	"aws_backup_region_settings",
	"aws_backup_restore_testing_plan",
	"aws_backup_restore_testing_selection",
	"aws_backup_selection",
	"aws_db_cluster_snapshot",
	"aws_db_instance_automated_backups_replication",
	"aws_db_snapshot",
	"aws_db_snapshot_copy",
	"aws_dlm_lifecycle_policy",
	"aws_docdb_cluster_snapshot",
	"aws_ebs_snapshot",
	"aws_ebs_snapshot_copy",
	"aws_efs_backup_policy",
	"aws_efs_replication_configuration",
	"aws_neptune_cluster_snapshot",
	"aws_redshift_cluster_snapshot",
	"aws_redshift_snapshot_schedule",
	"awscc_backup_backup_plan",
	"awscc_backup_backup_selection",
}

verdict := {
	"status": "not_applicable",
	"message": "The change is about no backup.",
} if {
	not input.subject.resource_type in backups
} else := {
	"status": "not_applicable",
	"message": sprintf("The plan %s it, and %s.", [plan.done, plan.elsewhere]),
} if {
	plan.elsewhere
} else := {
	"status": "fail",
	"message": sprintf("The plan %s a backup, or what makes backups (%s).", [plan.done, input.subject.resource_type]),
} if {
	plan.removes
} else := {
	"status": "unknown",
	"message": sprintf("The plan %s what makes backups (%s): whether fewer or shorter ones are made is not compared. It changes %s.", [
		plan.done,
		input.subject.resource_type,
		concat(", ", input.subject.changed),
	]),
} if {
	input.subject.action in {"update", "unknown"}
} else := {
	"status": "pass",
	"message": sprintf("The plan %s it: no backup goes.", [plan.done]),
} if {
	input.subject.action in {"create", "forget", "no_op"}
}
