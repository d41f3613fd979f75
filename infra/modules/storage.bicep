// The storage account: the bot's state and queue, its program, and the archive that instances start from.
targetScope = 'resourceGroup'

import { tagSet } from '../types.bicep'

@description('Name, unique in the world.')
@minLength(3)
@maxLength(24)
param name string

@description('Azure region.')
param location string

@description('Tags.')
param tags tagSet

@description('Object id of the identity that all instances share.')
param bootPrincipalId string

@description('Object id of the deployer; empty: none.')
param deployerPrincipalId string

@description('Type of the deployer.')
param deployerPrincipalType string

var blobDataReader = '2a2b9908-6ea1-4ae2-8e65-a410df84e7d1'
var blobDataContributor = 'ba92f5b4-2d11-453d-a403-e96b0029c9fe'

resource account 'Microsoft.Storage/storageAccounts@2026-04-01' = {
  name: name
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: {
    name: 'Standard_LRS'
  }
  properties: {
    accessTier: 'Hot'
    // No shared keys: every caller must authenticate.
    allowSharedKeyAccess: false
    allowBlobPublicAccess: false
    defaultToOAuthAuthentication: true
    minimumTlsVersion: 'TLS1_2'
    supportsHttpsTrafficOnly: true
    publicNetworkAccess: 'Enabled'
  }
}

resource blobs 'Microsoft.Storage/storageAccounts/blobServices@2026-04-01' = {
  parent: account
  name: 'default'
}

resource program 'Microsoft.Storage/storageAccounts/blobServices/containers@2026-04-01' = {
  parent: blobs
  name: 'program'
}

resource archive 'Microsoft.Storage/storageAccounts/blobServices/containers@2026-04-01' = {
  parent: blobs
  name: 'archive'
}

resource bootReadsArchive 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: archive
  name: guid(archive.id, bootPrincipalId, blobDataReader)
  properties: {
    principalId: bootPrincipalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', blobDataReader)
  }
}

resource deployerUploads 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (deployerPrincipalId != '') {
  scope: archive
  name: guid(archive.id, deployerPrincipalId, blobDataContributor)
  properties: {
    principalId: deployerPrincipalId
    principalType: deployerPrincipalType
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', blobDataContributor)
  }
}

@description('Address of the container with the bot\'s program.')
output packageUrl string = '${account.properties.primaryEndpoints.blob}${program.name}'

@description('Address of the container with the archive.')
output archiveUrl string = '${account.properties.primaryEndpoints.blob}${archive.name}'
