// The key vault, the two secrets that exist from the start, and who may read or set what.
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

@description('Days during which deleted secrets can be recovered.')
param softDeleteDays int

@description('Prevents purging them before that.')
param purgeProtection bool

@description('Object id of the bot\'s identity.')
param botPrincipalId string

@description('Object id of the identity that all instances share.')
param bootPrincipalId string

@description('Object id of the deployer; empty: none.')
param deployerPrincipalId string

@description('Type of the deployer.')
param deployerPrincipalType string

var secretsUser = '4633458b-17de-408a-b874-0445c86b69e6'
var secretsOfficer = 'b86a8fe4-44ce-4948-aee5-eccb2c155cd7'

resource vault 'Microsoft.KeyVault/vaults@2026-02-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    tenantId: subscription().tenantId
    sku: {
      family: 'A'
      name: 'standard'
    }
    enableRbacAuthorization: true
    enableSoftDelete: true
    softDeleteRetentionInDays: softDeleteDays
    // Azure accepts no `false` here: either turn it on, or leave it out.
    enablePurgeProtection: purgeProtection ? true : null
    enabledForDeployment: false
    enabledForTemplateDeployment: false
    enabledForDiskEncryption: false
    // Nobody knows the addresses of instances beforehand. Their identity is what counts.
    publicNetworkAccess: 'Enabled'
  }
}

// Created once and then left alone: people set the values, and a later deployment must not reset them.
@onlyIfNotExists()
resource shared 'Microsoft.KeyVault/vaults/secrets@2026-02-01' = {
  parent: vault
  name: 'openclaw-shared'
  tags: tags
  properties: {
    value: '{}'
    contentType: 'application/json'
  }
}

@onlyIfNotExists()
resource discordToken 'Microsoft.KeyVault/vaults/secrets@2026-02-01' = {
  parent: vault
  name: 'discord-bot-token'
  tags: tags
  properties: {
    // Counts as not set (bot/core/given.ts).
    value: 'not-set'
    contentType: 'text/plain'
  }
}

resource bootReadsShared 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: shared
  name: guid(shared.id, bootPrincipalId, secretsUser)
  properties: {
    principalId: bootPrincipalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', secretsUser)
  }
}

resource botReadsToken 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: discordToken
  name: guid(discordToken.id, botPrincipalId, secretsUser)
  properties: {
    principalId: botPrincipalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', secretsUser)
  }
}

// Being Owner of the subscription gives no access to what is in a vault.
resource deployerSetsSecrets 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (deployerPrincipalId != '') {
  scope: vault
  name: guid(vault.id, deployerPrincipalId, secretsOfficer)
  properties: {
    principalId: deployerPrincipalId
    principalType: deployerPrincipalType
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', secretsOfficer)
  }
}

@description('Resource id.')
output id string = vault.id

@description('Address.')
output uri string = vault.properties.vaultUri

@description('Name of the secret with the Discord bot\'s token. The bot reads it itself, because Azure refreshes a setting that refers to a secret only once a day.')
output discordTokenSecret string = discordToken.name
