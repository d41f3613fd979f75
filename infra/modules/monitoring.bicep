// Logs, and the alerts on them.
targetScope = 'resourceGroup'

import { tagSet } from '../types.bicep'

@description('Name of everything here.')
param name string

@description('Azure region.')
param location string

@description('Tags.')
param tags tagSet

@description('How many days logs are kept.')
param logDays int

@description('Who gets e-mail; empty: nobody.')
param alertEmail string

@description('Object id of the bot\'s identity, which sends the logs.')
param botPrincipalId string

var metricsPublisher = '3913510d-42f4-4e42-8a64-420c390055eb'

resource workspace 'Microsoft.OperationalInsights/workspaces@2026-03-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    sku: {
      name: 'PerGB2018'
    }
    retentionInDays: logDays
    features: {
      disableLocalAuth: true
    }
  }
}

resource insights 'Microsoft.Insights/components@2020-02-02' = {
  name: name
  location: location
  tags: tags
  kind: 'web'
  properties: {
    Application_Type: 'web'
    WorkspaceResourceId: workspace.id
    DisableLocalAuth: true
  }
}

resource botSendsLogs 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: insights
  name: guid(insights.id, botPrincipalId, metricsPublisher)
  properties: {
    principalId: botPrincipalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', metricsPublisher)
  }
}

resource mail 'Microsoft.Insights/actionGroups@2023-01-01' = if (alertEmail != '') {
  name: name
  location: 'global'
  tags: tags
  properties: {
    groupShortName: 'openclaw'
    enabled: true
    emailReceivers: [
      {
        name: 'admins'
        emailAddress: alertEmail
        useCommonAlertSchema: true
      }
    ]
  }
}

// Azure bills a rule by how often it runs (Azure Monitor pricing, 2026). A rule that can wait runs every 15 minutes and looks
// back twice as far, because entries arrive minutes late.
var often = { every: 'PT5M', back: 'PT15M' }
var seldom = { every: 'PT15M', back: 'PT30M' }

// The queries match texts that the bot logs; test/infra/main.test.ts checks that they agree.
var alerts = [
  {
    name: 'failed-operations'
    description: 'An operation failed. The bot told its member and the admins.'
    query: 'AppTraces | where Message has "an operation failed"'
    severity: 3
    looks: seldom
  }
  {
    name: 'undelivered-messages'
    description: 'A message could not be delivered to anyone.'
    query: 'AppTraces | where Message has "a message can\'t be delivered"'
    severity: 2
    looks: seldom
  }
  {
    name: 'refused-by-platform'
    description: 'Discord or Teams accepts nothing from the bot. Its messages wait.'
    query: 'AppTraces | where Message has "a platform refuses the bot"'
    severity: 1
    looks: seldom
  }
  {
    name: 'late-messages'
    description: 'A message has been waiting for more than ten minutes.'
    query: 'AppTraces | where Message has "a message is owed for long"'
    severity: 2
    looks: seldom
  }
  {
    name: 'poison-queue'
    description: 'A piece of work failed five times and was given up.'
    query: 'AppTraces | where Message has "the bot gave up on a piece of work"'
    severity: 1
    looks: often
  }
  {
    name: 'server-errors'
    description: 'The bot answered Discord or Teams with an error.'
    query: 'AppRequests | where toint(ResultCode) >= 500 and Name != "health"'
    severity: 2
    looks: seldom
  }
  {
    name: 'old-operation'
    description: 'An operation has been running for more than an hour.'
    query: 'AppTraces | where Message has "an operation is old"'
    severity: 2
    looks: seldom
  }
]

resource rules 'Microsoft.Insights/scheduledQueryRules@2026-03-01' = [
  for alert in alerts: {
    name: '${name}-${alert.name}'
    location: location
    tags: tags
    kind: 'LogAlert'
    properties: {
      displayName: 'OpenClaw: ${replace(alert.name, '-', ' ')}'
      description: alert.description
      severity: alert.severity
      enabled: true
      scopes: [workspace.id]
      evaluationFrequency: alert.looks.every
      windowSize: alert.looks.back
      autoMitigate: true
      // A table doesn't exist before its first entry.
      skipQueryValidation: true
      criteria: {
        allOf: [
          {
            query: alert.query
            timeAggregation: 'Count'
            operator: 'GreaterThan'
            threshold: 0
            failingPeriods: {
              numberOfEvaluationPeriods: 1
              minFailingPeriodsToAlert: 1
            }
          }
        ]
      }
      actions: {
        actionGroups: alertEmail == '' ? [] : [mail.id]
      }
    }
  }
]

@description('Where the bot sends its logs. Not a secret: the sender must authenticate.')
output connectionString string = insights.properties.ConnectionString
