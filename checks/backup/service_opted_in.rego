# METADATA
# title: AWS Backup may protect the types that plans select
# description: >-
#   A plan that selects by tag silently skips every resource type that the region is not opted in to. The types
#   that plans select here are opted in.
# related_resources:
#   - https://docs.aws.amazon.com/aws-backup/latest/devguide/working-with-other-services.html
# custom:
#   id: backup-service-opted-in
#   layer: backup
#   severity: medium
#   subject: account_region
#   needs: [backup.plans, backup.selections, backup.effective_policy, backup.region_settings]
#   evidence: each
#   facts: [selected_types, opted_out]
#   remediation:
#     terraform: |
#       resource "aws_backup_region_settings" "here" {
#         resource_type_opt_in_preference = {
#           "RDS"      = true
#           "Aurora"   = true
#           "DynamoDB" = true
#           "S3"       = true
#         }
#       }
#     cli: aws backup update-region-settings --resource-type-opt-in-preference RDS=true,Aurora=true,DynamoDB=true,S3=true
#   frameworks:
#     nist_800_53_r5: [CP-9]
#     nist_csf_2_0: [PR.DS-11]
#     iso_27001_2022: [A.8.13]
#     soc2_tsc_2017: [A1.2]
package palisade.backup.service_opted_in

import data.palisade.lib.words

verdict := {"status": "not_applicable", "message": "no plan selects anything here"} if {
	count(input.subject.selected_types) == 0
} else := {
	"status": "fail",
	"message": sprintf("plans select %s here, but AWS Backup is not opted in to it and skips it", [words.some_of(input.subject.opted_out)]),
} if {
	count(input.subject.opted_out) > 0
} else := {
	"status": "pass",
	"message": sprintf("AWS Backup is opted in to %s", [words.some_of(input.subject.selected_types)]),
}
