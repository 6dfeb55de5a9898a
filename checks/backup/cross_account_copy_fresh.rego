# METADATA
# title: A fresh copy of production data lies in another account
# description: >-
#   What lies in the account of the data can be destroyed with it, by the same hands. A usable recovery point, or a
#   snapshot copied without AWS Backup, lies in another account, and its data is younger than `rpo_hours`. The age is
#   that of the data: a copy keeps its source's creation time.
# related_resources:
#   - ref: https://docs.aws.amazon.com/aws-backup/latest/devguide/create-cross-account-backup.html
# custom:
#   id: backup-cross-account-copy-fresh
#   layer: backup
#   severity: critical
#   subject: [db_instance, db_cluster, dynamodb_table, s3_bucket]
#   needs:
#     - rds.db_instances
#     - rds.db_clusters
#     - dynamodb.tables
#     - dynamodb.tags
#     - s3.buckets
#     - s3.bucket_tags
#     - organization.account_tags
#     - rds.db_snapshots
#     - rds.db_cluster_snapshots
#     - backup.vaults
#     - backup.recovery_points
#     - backup.plans
#     - backup.copy_jobs
#   evidence: exists
#   facts: [copies, encryption.key_manager]
#   remediation:
#     note: >-
#       A database encrypted with the key that AWS manages (aws/rds) cannot be copied to another account: copy a
#       snapshot under a customer managed key that the backup account may use, restore it, and back that up.
#     terraform: |
#       resource "aws_backup_plan" "daily" {
#         name = "daily"
#         rule {
#           rule_name         = "daily"
#           target_vault_name = aws_backup_vault.local.name
#           schedule          = "cron(0 5 * * ? *)"
#           lifecycle {
#             delete_after = 35
#           }
#           copy_action {
#             destination_vault_arn = "arn:aws:backup:eu-central-1:BACKUP_ACCOUNT:backup-vault:copies"
#             lifecycle {
#               delete_after = 35
#             }
#           }
#         }
#       }
#     cli: |
#       aws backup start-copy-job --recovery-point-arn POINT_ARN --source-backup-vault-name local \
#         --destination-backup-vault-arn arn:aws:backup:REGION:BACKUP_ACCOUNT:backup-vault:copies --iam-role-arn ROLE_ARN
#   frameworks:
#     nist_800_53_r5: [CP-6(1), CP-9, CP-9(3)]
#     nist_csf_2_0: [PR.DS-11, PR.IR-03]
#     cis_controls_8_1: ["11.3", "11.4"]
#     iso_27001_2022: [A.8.13]
#     soc2_tsc_2017: [A1.2]
#     hipaa_security_rule: [164.308(a)(7)(ii)(A), 164.310(d)(2)(iv)]
#     dora: [Art. 12(1), Art. 12(3)]
#     nis2: [Art. 21(2)(c)]
#     asd_essential_eight: ["8.1", "8.3"]
package palisade.backup.cross_account_copy_fresh

import data.palisade.lib.words

verdict := {
	"status": "not_applicable",
	"message": sprintf("The data of this member belongs to the cluster %s, which is judged.", [input.subject.cluster]),
} if {
	is_string(input.subject.cluster)
} else := {
	"status": "not_applicable",
	"message": sprintf("This is not production data: %s.", [words.no_production_data]),
} if {
	words.no_production_data
} else := {
	"status": "pass",
	"message": sprintf("A %s in account %s holds data %s old; less than %s are wanted.", [
		words.kind_of(witness),
		witness.account,
		words.hours(witness.age_hours),
		words.hours(data.config.rpo_hours),
	]),
} if {
	witness
} else := {
	"status": "fail",
	"message": sprintf("The youngest usable copy in another account holds data %s old; less than %s are wanted.%s", [
		words.youngest(elsewhere),
		words.hours(data.config.rpo_hours),
		concat("", [obstacle, predecessors]),
	]),
} if {
	count(elsewhere) > 0
} else := {
	"status": "fail",
	"message": sprintf("No usable copy lies in another account: whoever destroys this data reaches every copy of it.%s", [concat("", [obstacle, predecessors])]),
} if {
	count(elsewhere) == 0
	copies
}

copies := input.subject.copies if is_array(input.subject.copies)

elsewhere := [copy |
	some copy in copies
	copy.kind in {"recovery_point", "manual_snapshot"}
	copy.other_account == true
	copy.usable == true
	is_number(copy.age_hours)
	not words.expired(copy)
]

witness := [copy | some copy in elsewhere; words.fresh(copy)][0]

# https://docs.aws.amazon.com/aws-backup/latest/devguide/create-cross-account-backup.html: the key has to be shared.
obstacle := " It is encrypted with a key that AWS manages, which cannot be shared: re-encrypt it with a customer managed key first (restore a snapshot copied under that key), or no copy to another account will succeed." if {
	input.subject.kind in {"db_instance", "db_cluster"}
	input.subject.encryption.key_manager == "AWS"
} else := ""

predecessors := sprintf(" Points of an earlier resource of the same name cannot bring this one back: %s.", [
	concat(", ", array.slice(input.subject.backup.of_predecessors, 0, 3)),
]) if {
	count(input.subject.backup.of_predecessors) > 0
} else := ""
