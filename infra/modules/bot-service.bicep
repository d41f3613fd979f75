// The bot as Teams knows it.
targetScope = 'resourceGroup'

import { tagSet } from '../types.bicep'

@description('Name, unique in the world.')
@minLength(2)
@maxLength(64)
param name string

@description('Tags.')
param tags tagSet

@description('Where Teams sends what people say.')
param endpoint string

@description('Resource id of the bot\'s identity.')
param identityId string

@description('Application id of the bot\'s identity.')
param identityClientId string

resource bot 'Microsoft.BotService/botServices@2022-09-15' = {
  name: name
  location: 'global'
  tags: tags
  kind: 'azurebot'
  sku: {
    name: 'F0'
  }
  properties: {
    displayName: 'OpenClaw'
    endpoint: endpoint
    msaAppType: 'UserAssignedMSI'
    msaAppId: identityClientId
    msaAppTenantId: subscription().tenantId
    msaAppMSIResourceId: identityId
    disableLocalAuth: true
  }
}

resource teams 'Microsoft.BotService/botServices/channels@2022-09-15' = {
  parent: bot
  name: 'MsTeamsChannel'
  location: 'global'
  tags: tags
  properties: {
    channelName: 'MsTeamsChannel'
    properties: {
      isEnabled: true
      enableCalling: false
    }
  }
}
