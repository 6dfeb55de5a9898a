# METADATA
# title: AWS Backup is opted in to the types that plans select
# description: >-
#   A plan that selects by tag silently skips the types that the region is not opted in to. Every type that a plan
#   selects here is opted in.
# related_resources:
#   - ref: https://docs.aws.amazon.com/aws-backup/latest/devguide/working-with-supported-services.html
# custom:
#   id: backup-service-opted-in
#   layer: backup
#   severity: medium
#   severity_outside_production: low
#   subject: account_region
#   needs:
#     - backup.plans
#     - backup.selections
#     - backup.effective_policy
#     - backup.region_settings
#     - rds.db_instances
#     - rds.db_clusters
#     - dynamodb.tables
#     - dynamodb.tags
#     - s3.buckets
#     - s3.bucket_tags
#   evidence: each
#   facts: [opted_out, selected_types, plans]
#   remediation:
#     terraform: |
#       resource "aws_backup_region_settings" "this" {
#         resource_type_opt_in_preference = {
#           "Aurora"   = true
#           "DynamoDB" = true
#           "RDS"      = true
#           "S3"       = true
#         }
#       }
#     cli: |
#       aws backup update-region-settings --resource-type-opt-in-preference RDS=true,Aurora=true,DynamoDB=true,S3=true
#   frameworks:
#     nist_800_53_r5: [CM-6, CP-9]
#     nist_csf_2_0: [PR.DS-11, PR.PS-01]
#     cis_controls_8_1: ["11.2"]
#     iso_27001_2022: [A.8.13]
#     soc2_tsc_2017: [A1.2]
#     dora: [Art. 12(1)]
#     nis2: [Art. 21(2)(c)]
#     asd_essential_eight: ["8.1"]
package palisade.backup.service_opted_in

import data.palisade.lib.words

verdict := {
	"status": "fail",
	"message": sprintf("Plans select %s here, but the region is not opted in: AWS Backup passes over such resources in silence.", [
		words.some_of(input.subject.opted_out),
	]),
} if {
	count(out) > 0
} else := {
	"status": "not_applicable",
	"message": "No backup plan selects anything here.",
} if {
	count(out) == 0
	count(selected) == 0
} else := {
	"status": "pass",
	"message": sprintf("The region is opted in to all that plans select here: %s.", [words.some_of(input.subject.selected_types)]),
} if {
	count(out) == 0
	count(selected) > 0
}

out := input.subject.opted_out if is_array(input.subject.opted_out)

selected := input.subject.selected_types if is_array(input.subject.selected_types)
