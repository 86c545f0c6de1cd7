package avepoint

// brokenSample is the answer as the overview page prints it since 2026
// (…/docs/elements/general/job/get-customer-cloud-backup-m365-overview.md).
const brokenSample = `[
    "data": [
        {
            "customerId": "f1626c49-****-****-****-97db****fc15", // The customer ID
            "tenantId": "f04d7aee-****-5f92-****-6521****e596", // The tenant ID
            "customer": "userA@domain.com", // The email address of the customer
            "serviceType": "Cloud Backup for Microsoft 365", // The service name
            "serviceModule": "Exchange Online", // The module of Cloud Backup for Microsoft 365
            "lastRunTime": "09/20/2026T13:00:00Z", // The last run time ISO 8601 format
            "totalScannedObjects": 25, // The number of scanned objects of the module
            "totalProtectedObjects": 25, // The number of backed-up objects of the module
            "dataSizeStoredInAvePoint": "0 GB", // The backup data size of objects in the last job (using AvePoint storage)
            "dataSizeStoredInBYOS": "N/A" // The backup data size of objects in the last job (using BYOS): N/A represents not applicable here 
        },
        {
            "customerId": "f1626c49-****-****-****-97db****fc15",
            "customer": "userB@domain.com",
            "serviceType": "Cloud Backup for Microsoft 365",
            "serviceModule": "Microsoft 365 Group",
            "totalScannedObjects": 7,
            "totalProtectedObjects": 7,
            "dataSizeStoredInAvePoint": "0 GB",
            "dataSizeStoredInBYOS": "N/A"
        }
    ],
    "metadata": {
        "pageIndex": 1, // The current display page
        "pageSize": 50, // The number of objects on the display page
        "totalCount": 2 // The total number of objects matching the query parameters
    }
]
`

// commentedSample is the answer as the page printed it in October 2025.
const commentedSample = `[
    {
        "customerId": "f1626c49-****-****-****-97db****fc15", // The customer ID
        "customer": "userA@domain.com", // The email address of the customer
        "serviceType": "Cloud Backup for Microsoft 365", // The service name
        "serviceModule": "Exchange Online", // The module of Cloud Backup for Microsoft 365
        "totalScannedObjects": 25, // The number of scanned objects of the module
        "totalProtectedObjects": 25, // The number of backed-up objects of the module
        "dataSizeStoredInAvePoint": "0 GB", // The size of the backed-up objects stored in AvePoint storage
        "dataSizeStoredInBYOS": "N/A" // The size of the backed-up objects stored in BYOS: N/A represents not applicable here 
    },
    {
        "customerId": "f1626c49-****-****-****-97db****fc15",
        "customer": "userB@domain.com",
        "serviceType": "Cloud Backup for Microsoft 365",
        "serviceModule": "Microsoft 365 Group",
        "totalScannedObjects": 7,
        "totalProtectedObjects": 7,
        "dataSizeStoredInAvePoint": "0 GB",
        "dataSizeStoredInBYOS": "N/A"
    }
]
`
