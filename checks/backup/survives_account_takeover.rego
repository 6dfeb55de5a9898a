# METADATA
# title: Production data survives its whole account turning against it
# description: >-
#   If every principal of the account, its root user included, acted together with all that they can reach, a copy would be
#   left that nobody can delete: in another account, in a vault that is locked in compliance mode past its lock date or
#   logically air-gapped, under a key that nobody of the account reaches. A copy that merely nobody reaches today is isolated,
#   and one reachable role away from sharing the fate of the data.
# related_resources:
#   - ref: https://docs.aws.amazon.com/aws-backup/latest/devguide/vault-lock.html
#   - ref: https://docs.aws.amazon.com/aws-backup/latest/devguide/logicallyairgappedvault.html
#   - ref: https://docs.aws.amazon.com/aws-backup/latest/devguide/create-cross-account-backup.html
# custom:
#   id: backup-survives-account-takeover
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
#     - backup.vault_policies
#     - backup.legal_holds
#     - backup.plans
#     - backup.copy_jobs
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
#   evidence: exists
#   facts: [survival.account.tier, survival.account.tier_at_best, survival.account.copies, survival.account.raise]
#   remediation:
#     note: >-
#       The message names the one change that raises the tier most. A lock in compliance mode can be taken off for its grace time
#       and never again after: try the retention in governance mode first.
#     terraform: |
#       resource "aws_backup_vault_lock_configuration" "copies" { # in the backup account
#         backup_vault_name   = "copies"
#         min_retention_days  = 35
#         changeable_for_days = 3
#       }
#     cli: |
#       aws backup put-backup-vault-lock-configuration --backup-vault-name copies \
#         --min-retention-days 35 --changeable-for-days 3
#   frameworks:
#     nist_800_53_r5: [CP-6, CP-6(1), CP-9, CP-9(3), CP-9(8)]
#     nist_csf_2_0: [PR.DS-11, PR.IR-03, RC.RP-03]
#     cis_controls_8_1: ["11.3", "11.4"]
#     iso_27001_2022: [A.5.29, A.8.13]
#     soc2_tsc_2017: [A1.2]
#     hipaa_security_rule: [164.308(a)(7)(ii)(A), 164.310(d)(2)(iv)]
#     dora: [Art. 12(1), Art. 12(3)]
#     nis2: [Art. 21(2)(c)]
#     asd_essential_eight: ["8.1", "8.6", "8.8"]
package palisade.backup.survives_account_takeover

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
	"message": sprintf("%s survives: %s.", [witness.arn, concat("; ", witness.why)]),
} if {
	outcome.tier == "immutable"
	witness
} else := {
	"status": "unknown",
	"message": sprintf("What could not be read leaves open whether something immutable survives; for certain the tier is %s.%s", [
		words.tier(outcome.tier),
		reason,
	]),
} if {
	outcome.tier_at_best == "immutable"
	outcome.tier != "immutable"
} else := {
	"status": "fail",
	"severity": "high",
	"message": sprintf("The best copy is isolated and not immutable: %s.%s", [reason_of(best), raise]),
} if {
	outcome.tier == "isolated"
} else := {
	"status": "fail",
	"message": sprintf("Nothing survives its account: every copy shares its fate.%s%s", [reason, raise]),
} if {
	outcome.tier == "shared_fate"
} else := {
	"status": "fail",
	"message": sprintf("Nothing survives its account: there is no copy at all that could be restored.%s", [raise]),
} if {
	outcome.tier == "none"
}

outcome := input.subject.survival.account

copies := outcome.copies if is_array(outcome.copies)

witness := [fate | some fate in copies; fate.tier == "immutable"][0]

best := copies[0]

reason_of(fate) := sprintf("%s, %s", [fate.arn, concat("; ", fate.why)])

reason := sprintf(" The best of them: %s.", [reason_of(best)]) if {
	best
} else := ""

raise := sprintf(" The change that raises that most: %s.", [outcome.raise.what]) if {
	outcome.raise
} else := ""
