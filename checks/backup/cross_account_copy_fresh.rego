# METADATA
# title: A fresh copy lies in another account
# description: >-
#   Whoever holds the account holds its vaults. A usable recovery point, or an RDS snapshot copied without AWS Backup, of data younger than
#   rpo_hours lies in another account. A copy keeps its source's creation date, so this is the age of the data.
# related_resources:
#   - https://docs.aws.amazon.com/aws-backup/latest/devguide/create-cross-account-backup.html
# custom:
#   id: backup-cross-account-copy-fresh
#   layer: backup
#   severity: critical
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
#   evidence: exists
#   facts: [copies, encryption.key_manager]
#   remediation:
#     note: >-
#       RDS encrypted with the AWS-managed key aws/rds cannot be copied to another account: re-encrypt with a customer-managed key first
#       (restore a snapshot copied under that key).
#     terraform: |
#       # in the rule of aws_backup_plan
#       copy_action {
#         destination_vault_arn = "arn:aws:backup:REGION:BACKUP_ACCOUNT:backup-vault:VAULT"
#         lifecycle { delete_after = 35 }
#       }
#     cli: aws backup start-copy-job --recovery-point-arn POINT --source-backup-vault-name VAULT --destination-backup-vault-arn DESTINATION --iam-role-arn ROLE_ARN
#   frameworks:
#     nist_800_53_r5: [CP-6, CP-9]
#     nist_csf_2_0: [PR.DS-11]
#     cis_controls_8_1: ["11.4"]
#     iso_27001_2022: [A.8.13]
#     soc2_tsc_2017: [A1.2]
#     dora: ["Art. 12(3)"]
#     nis2: ["Art. 21(2)(c)"]
package palisade.backup.cross_account_copy_fresh

import data.palisade.lib.words

kinds := {"recovery_point", "manual_snapshot"}

away := [copy |
	some copy in input.subject.copies
	copy.other_account == true
	copy.kind in kinds
]

usable := [copy |
	some copy in away
	copy.usable == true
	is_number(copy.age_hours)
]

fresh := [copy |
	some copy in usable
	copy.age_hours <= data.config.rpo_hours
]

youngest := min([copy.age_hours | some copy in usable])

hint := " (it is encrypted with an AWS-managed key, which no other account can use: re-encrypt first)" if {
	input.subject.encryption.key_manager == "AWS"
	input.subject.kind in {"db_instance", "db_cluster"}
} else := ""

verdict := {"status": "not_applicable", "message": why} if {
	why := words.no_production_data
} else := {
	"status": "not_applicable",
	"message": sprintf("a member of cluster %s, which is judged in its place", [input.subject.cluster]),
} if {
	input.subject.cluster != null
} else := {
	"status": "pass",
	"message": sprintf("a copy with data %s old lies in account %s", [words.hours(min([copy.age_hours | some copy in fresh])), fresh[0].account]),
} if {
	count(fresh) > 0
} else := {
	"status": "fail",
	"message": sprintf("its youngest copy in another account holds data %s old; at most %s are allowed", [words.hours(youngest), words.hours(data.config.rpo_hours)]),
} if {
	count(usable) > 0
} else := {
	"status": "fail",
	"message": sprintf("%d copies lie in other accounts, but none can be restored (status %s)", [count(away), away[0].status]),
} if {
	count(away) > 0
} else := {
	"status": "fail",
	"message": sprintf("no copy lies in another account: whoever holds this account holds all of its backups%s", [hint]),
}
