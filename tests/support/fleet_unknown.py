"""What nobody has, asked of a served fleet: each service has its own code for that, and programs act on it."""

PLAN = "00000000-0000-4000-8000-000000000000"
NOBODY = "nobody-has-this-one"

# AWS Backup refuses a vault that is not there as it refuses one that nobody may see; of a plan that is not there it
# says that the parameter is wrong, where it is asked for its selections.
NO_VAULT = ["AccessDeniedException", "ResourceNotFoundException"]
NO_PLAN = ["InvalidParameterValueException", "ResourceNotFoundException"]

ORGANIZATIONS = {
    "ListOrganizationalUnitsForParent": ({"ParentId": "r-0000"}, ["ParentNotFoundException"]),
    "ListAccountsForParent": ({"ParentId": "r-0000"}, ["ParentNotFoundException"]),
    "ListTagsForResource": ({"ResourceId": "000000000000"}, ["TargetNotFoundException"]),
    "DescribePolicy": ({"PolicyId": "p-00000000"}, ["PolicyNotFoundException"]),
    "ListTargetsForPolicy": ({"PolicyId": "p-00000000"}, ["PolicyNotFoundException"]),
    "ListDelegatedServicesForAccount": (
        {"AccountId": "000000000000"},
        ["AccountNotFoundException", "AccountNotRegisteredException"],
    ),
}

# By the part of a region's inventory that the operation rests on: where that is a gap, the answer is the gap's.
REGIONAL = {
    ("rds", "global_clusters", "DescribeGlobalClusters"): (
        {"GlobalClusterIdentifier": NOBODY},
        ["GlobalClusterNotFoundFault"],
    ),
    ("rds", "db_snapshots", "DescribeDBSnapshots"): ({"DBSnapshotIdentifier": NOBODY}, ["DBSnapshotNotFound"]),
    ("rds", "db_snapshots", "DescribeDBSnapshotAttributes"): ({"DBSnapshotIdentifier": NOBODY}, ["DBSnapshotNotFound"]),
    ("rds", "db_cluster_snapshots", "DescribeDBClusterSnapshots"): (
        {"DBClusterSnapshotIdentifier": NOBODY},
        ["DBClusterSnapshotNotFoundFault"],
    ),
    ("rds", "db_cluster_snapshots", "DescribeDBClusterSnapshotAttributes"): (
        {"DBClusterSnapshotIdentifier": NOBODY},
        ["DBClusterSnapshotNotFoundFault"],
    ),
    ("rds", "db_instance_automated_backups", "DescribeDBInstanceAutomatedBackups"): (
        {"DbiResourceId": "db-NOBODY"},
        ["DBInstanceAutomatedBackupNotFound"],
    ),
    ("rds", "db_cluster_automated_backups", "DescribeDBClusterAutomatedBackups"): (
        {"DbClusterResourceId": "cluster-NOBODY"},
        ["DBClusterAutomatedBackupNotFoundFault"],
    ),
    ("backup", "vaults", "GetBackupVaultAccessPolicy"): ({"BackupVaultName": NOBODY}, NO_VAULT),
    ("backup", "vaults", "ListRecoveryPointsByBackupVault"): ({"BackupVaultName": NOBODY}, NO_VAULT),
    ("backup", "plans", "GetBackupPlan"): ({"BackupPlanId": PLAN}, ["ResourceNotFoundException"]),
    ("backup", "plans", "ListBackupSelections"): ({"BackupPlanId": PLAN}, NO_PLAN),
    ("backup", "plans", "GetBackupSelection"): ({"BackupPlanId": PLAN, "SelectionId": PLAN}, NO_PLAN),
    ("backup", "protected_resources", "DescribeProtectedResource"): (
        {"ResourceArn": "arn:aws:dynamodb:eu-central-1:000000000000:table/none"},
        ["ResourceNotFoundException"],
    ),
    ("backup", "legal_holds", "GetLegalHold"): ({"LegalHoldId": PLAN}, ["ResourceNotFoundException"]),
    ("backup", "restore_testing_plans", "ListRestoreTestingSelections"): (
        {"RestoreTestingPlanName": "nobody_has_this_one"},
        ["ResourceNotFoundException"],
    ),
    ("dynamodb", "tables", "DescribeTable"): ({"TableName": NOBODY}, ["ResourceNotFoundException"]),
    ("dynamodb", "tables", "DescribeContinuousBackups"): ({"TableName": NOBODY}, ["TableNotFoundException"]),
    ("dynamodb", "tables", "Scan"): ({"TableName": NOBODY}, ["ResourceNotFoundException"]),
    ("kms", "keys", "DescribeKey"): ({"KeyId": PLAN}, ["NotFoundException"]),
    ("kms", "keys", "GetKeyPolicy"): ({"KeyId": PLAN}, ["NotFoundException"]),
}

BUCKET = "nobody-has-this-bucket-0000"
BUCKETS = [
    "GetBucketLocation",
    "GetBucketTagging",
    "GetBucketVersioning",
    "GetObjectLockConfiguration",
    "GetBucketLifecycleConfiguration",
    "GetBucketPolicy",
    "GetPublicAccessBlock",
    "GetBucketEncryption",
    "GetBucketReplication",
    "ListObjectsV2",
    "ListObjectVersions",
]


def unknown(reader):
    """Asks once for each kind of thing, where the inventory says enough to know that it is not there."""
    inventory = reader.inventory
    caller = inventory["caller"]
    told = inventory["organization"]
    if told and "read" in told["description"] and told["description"]["read"]["value"]:
        readable = all("read" in told[part] for part in ("roots", "units", "accounts", "scps", "rcps"))
        for operation, (given, codes) in ORGANIZATIONS.items() if readable else ():
            reader.refused((caller["account"], reader.global_region), codes, "organizations", operation, **given)
    # The caller's own first: which of the others comes first may be by chance, as moto's ids are, and with it what is known.
    accounts = sorted(inventory["accounts"], key=lambda one: one["id"] != caller["account"])
    account = next((one for one in accounts if one["id"] in reader.keys and "value" in one["parts"]), None)
    if account is None:
        return
    parts = account["parts"]["value"]
    home = (account["id"], caller["home_region"])
    partition = caller["partition"]
    if "read" in parts["iam"]["oidc_providers"]:
        arn = f"arn:{partition}:iam::{account['id']}:oidc-provider/nobody.example"
        given = {"OpenIDConnectProviderArn": arn}
        reader.refused(home, ["NoSuchEntity"], "iam", "GetOpenIDConnectProvider", **given)
    if "read" in parts["s3"]["buckets"]:
        for operation in BUCKETS:
            reader.refused(home, ["NoSuchBucket"], "s3", operation, Bucket=BUCKET)
        reader.refused(home, ["NoSuchBucket"], "s3", "GetObject", Bucket=BUCKET, Key="none")
    for one in parts["regional"]:
        if "value" in one["parts"]:
            place = (account["id"], one["region"])
            for (service, part, operation), (given, codes) in REGIONAL.items():
                if "read" in one["parts"]["value"][service][part]:
                    reader.refused(place, codes, service, operation, **given)
            arn = f"arn:{partition}:dynamodb:{one['region']}:{account['id']}:table/nobody-has-this-one"
            if "read" in one["parts"]["value"]["dynamodb"]["tables"]:
                for operation in ("ListTagsOfResource", "GetResourcePolicy"):
                    reader.refused(place, ["ResourceNotFoundException"], "dynamodb", operation, ResourceArn=arn)
            return
