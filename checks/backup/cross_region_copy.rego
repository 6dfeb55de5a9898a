# METADATA
# title: A fresh copy lies in another region
# description: >-
#   A region can be lost, denied or emptied by one role. A usable point of data younger than rpo_hours lies in another region.
#   Where residency forbids that, `[backup] cross_region = false` turns this check off.
# related_resources:
#   - https://docs.aws.amazon.com/aws-backup/latest/devguide/cross-region-backup.html
# custom:
#   id: backup-cross-region-copy
#   layer: backup
#   severity: medium
#   subject: [db_instance, db_cluster, dynamodb_table, s3_bucket]
#   needs:
#     - rds.db_instances
#     - rds.db_clusters
#     - dynamodb.tables
#     - s3.buckets
#     - backup.plans
#     - backup.copy_jobs
#     - backup.vaults
#     - backup.recovery_points
#     - rds.db_snapshots
#     - rds.db_cluster_snapshots
#     - rds.db_instance_automated_backups
#     - rds.db_cluster_automated_backups
#   evidence: exists
#   facts: [copies]
#   remediation:
#     terraform: |
#       # in the rule of aws_backup_plan
#       copy_action {
#         destination_vault_arn = "arn:aws:backup:OTHER_REGION:BACKUP_ACCOUNT:backup-vault:VAULT"
#       }
#     cli: aws backup start-copy-job --recovery-point-arn POINT --source-backup-vault-name VAULT --destination-backup-vault-arn DESTINATION --iam-role-arn ROLE_ARN
#   frameworks:
#     nist_800_53_r5: ["CP-6(1)", "CP-9"]
#     nist_csf_2_0: [PR.DS-11]
#     iso_27001_2022: [A.8.13, A.8.14]
#     soc2_tsc_2017: [A1.2]
#     dora: ["Art. 12(5)"]
package palisade.backup.cross_region_copy

import data.palisade.lib.words

kinds := {"recovery_point", "manual_snapshot", "replicated_automated_backup"}

usable := [copy |
	some copy in input.subject.copies
	copy.other_region == true
	copy.kind in kinds
	copy.usable == true
	is_number(copy.age_hours)
]

fresh := [copy |
	some copy in usable
	copy.age_hours <= data.config.rpo_hours
]

verdict := {"status": "not_applicable", "message": "[backup] cross_region = false: the data must stay in its region"} if {
	data.config.backup.cross_region == false
} else := {"status": "not_applicable", "message": why} if {
	why := words.no_production_data
} else := {
	"status": "not_applicable",
	"message": sprintf("a member of cluster %s, which is judged in its place", [input.subject.cluster]),
} if {
	input.subject.cluster != null
} else := {
	"status": "pass",
	"message": sprintf("a copy with data %s old lies in %s", [words.hours(fresh[0].age_hours), fresh[0].region]),
} if {
	count(fresh) > 0
} else := {
	"status": "fail",
	"message": sprintf("its youngest copy in another region holds data %s old; at most %s are allowed", [words.hours(min([copy.age_hours | some copy in usable])), words.hours(data.config.rpo_hours)]),
} if {
	count(usable) > 0
} else := {"status": "fail", "message": "no usable copy lies in another region"}
