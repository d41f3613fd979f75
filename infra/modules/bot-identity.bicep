// The bot's identity: what it is in Azure, in Key Vault, in its storage and in Teams. There is no password.
targetScope = 'resourceGroup'

import { tagSet } from '../types.bicep'

@description('Azure region.')
param location string

@description('Tags.')
param tags tagSet

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: 'openclaw-bot'
  location: location
  tags: tags
}

@description('Resource id.')
output id string = identity.id

@description('Object id, which roles are assigned to.')
output principalId string = identity.properties.principalId

@description('Application id.')
output clientId string = identity.properties.clientId
