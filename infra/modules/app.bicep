// The bot: a Function App on Flex Consumption, without a key or a password.
targetScope = 'resourceGroup'

import { settingSet, tagSet } from '../types.bicep'

@description('Name, unique in the world.')
@minLength(2)
@maxLength(60)
param name string

@description('Azure region.')
param location string

@description('Tags.')
param tags tagSet

@description('Resource id of the bot\'s identity.')
param identityId string

@description('Application id of the bot\'s identity.')
param identityClientId string

@description('Name of the storage account.')
param storageAccountName string

@description('Container that the program is deployed to.')
param packageUrl string

@description('Connection string of Application Insights.')
param insightsConnectionString string

@description('Instances that are always ready for HTTP.')
param alwaysReadyHttp int

@description('Instances that are always ready for the queue.')
param alwaysReadyWork int

@description('What the bot reads from its environment.')
param settings settingSet

var alwaysReady = [
  { name: 'http', instanceCount: alwaysReadyHttp }
  { name: 'function:work', instanceCount: alwaysReadyWork }
]
var url = 'https://${app.properties.defaultHostName}'
var hostSettings = {
  AzureWebJobsStorage__accountName: storageAccountName
  AzureWebJobsStorage__credential: 'managedidentity'
  AzureWebJobsStorage__clientId: identityClientId
  APPLICATIONINSIGHTS_CONNECTION_STRING: insightsConnectionString
  APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${identityClientId};Authorization=AAD'
}

resource plan 'Microsoft.Web/serverfarms@2025-03-01' = {
  name: name
  location: location
  tags: tags
  kind: 'functionapp'
  sku: {
    name: 'FC1'
    tier: 'FlexConsumption'
  }
  properties: {
    reserved: true
  }
}

resource app 'Microsoft.Web/sites@2025-03-01' = {
  name: name
  location: location
  tags: union(tags, { 'azd-service-name': 'bot' })
  kind: 'functionapp,linux'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: {
      '${identityId}': {}
    }
  }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    functionAppConfig: {
      deployment: {
        storage: {
          type: 'blobContainer'
          value: packageUrl
          authentication: {
            type: 'UserAssignedIdentity'
            userAssignedIdentityResourceId: identityId
          }
        }
      }
      runtime: {
        name: 'node'
        version: '24'
      }
      scaleAndConcurrency: {
        maximumInstanceCount: 40
        instanceMemoryMB: 2048
        alwaysReady: filter(alwaysReady, group => group.instanceCount > 0)
      }
    }
    siteConfig: {
      minTlsVersion: '1.2'
    }
  }
}

resource environment 'Microsoft.Web/sites/config@2025-03-01' = {
  parent: app
  name: 'appsettings'
  properties: union(settings, hostSettings, { PUBLIC_URL: url })
}

// Publishing passwords are another way in that nobody needs.
resource ftpPassword 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2025-03-01' = {
  parent: app
  name: 'ftp'
  properties: {
    allow: false
  }
}

resource scmPassword 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2025-03-01' = {
  parent: app
  name: 'scm'
  properties: {
    allow: false
  }
}

@description('Address of the bot.')
output url string = url
