// Everything that exists before the first member: three resource groups, the bot and what it needs, the network
// and the scale set that instances join. The bot deploys what belongs to one member (member.bicep, instance.bicep).
targetScope = 'subscription'

import { isDiscordId, isMadeOf, isObjectId } from 'checks.bicep'
import { settingSet } from 'types.bicep'

// The name of a role assignment includes its principal, because Azure never moves an assignment to another one; so `what-if`
// can't predict those names before the identities exist. It can predict everything else.
#disable-diagnostics what-if-short-circuiting

@description('Name of the environment; with azd, that of the azd environment. Lower-case letters, digits and hyphens.')
@minLength(1)
@maxLength(20)
param environment string = 'dev'

@description('Azure region.')
@minLength(1)
param location string = 'eastus2'

@description('Resource group of the instances.')
@minLength(1)
@maxLength(90)
param resourceGroupName string = 'openclaw-rg'

@description('Resource group of the bot. The bot has no right to change anything in it.')
@minLength(1)
@maxLength(90)
param botResourceGroupName string = 'openclaw-bot-rg'

@description('Resource group of the snapshots, which outlive the other two groups.')
@minLength(1)
@maxLength(90)
param backupResourceGroupName string = 'openclaw-backup-rg'

@description('Size of instances. None of these has a temporary disk: Azure resizes no VM between sizes with and without one.')
@allowed([
  'Standard_B2als_v2'
  'Standard_B2as_v2'
  'Standard_B4als_v2'
  'Standard_B4as_v2'
  'Standard_B8als_v2'
  'Standard_B8as_v2'
  'Standard_D2as_v5'
  'Standard_D4as_v5'
])
param vmSize string = environment == 'prod' ? 'Standard_B4as_v2' : 'Standard_B2als_v2'

@description('Break-glass account on each VM: has sudo. `openclaw` is the agent\'s own account, which has none.')
@minLength(1)
@maxLength(32)
param adminUsername string = 'azureuser'

@description('SSH public key of the break-glass account. Empty: each VM gets its own key, whose private half is thrown away.')
param breakGlassPublicKey string = ''

@description('Port of the gateway on each VM\'s loopback interface.')
@minValue(1024)
@maxValue(65535)
param openclawPort int = 18789

@description('Size of a home disk in GiB.')
@minValue(4)
@maxValue(4095)
param homeDiskSizeGb int = 30

@description('Kind of a home disk.')
@allowed(['Standard_LRS', 'StandardSSD_LRS', 'Premium_LRS'])
param homeDiskSku string = 'StandardSSD_LRS'

@description('locked: nobody can reach SSH until a member opens it for an address. open: any address can reach SSH.')
@allowed(['locked', 'open'])
param networkPolicy string = 'locked'

@description('Range of the virtual network.')
@minLength(9)
param networkRange string = '10.0.0.0/16'

@description('Range of the instances\' subnet; a /20 holds 4,000.')
@minLength(9)
param subnetRange string = '10.0.0.0/20'

@description('Who is an admin until the roster has one: `entra:<object id>` or `discord:<id>`, separated by commas.')
param bootstrapAdmins string = ''

@description('Who is an admin for as long as this is set, whatever the roster says: the way back in for whoever runs the bot. Written like `bootstrapAdmins`.')
param recoveryAdmins string = ''

@description('Id of the Discord application. Empty: without Discord.')
param discordApplicationId string = ''

@description('Public key of the Discord application, 64 hexadecimal digits.')
param discordPublicKey string = ''

@description('Id of the Discord server.')
param discordGuildId string = ''

@description('Id of the Discord channel where admins get messages.')
param discordAdminChannelId string = ''

@description('The conversation in Teams where admins get messages (`19:…`); empty: none.')
param teamsAdminConversation string = ''

@description('Host of the tenant\'s SharePoint, such as contoso.sharepoint.com. Files attached in Teams are there and in OneDrive. Empty: the bot reads no attachment.')
param sharePointHost string = ''

@description('SHA-256 of the archive with Node and OpenClaw (npm run openclaw:package prints it); empty: VMs install them from npm.')
@maxLength(64)
param archiveSha256 string = ''

@description('Also install pnpm and the Claude Code command line on VMs, once the gateway runs.')
param extras bool = true

@description('Attach VMs to the scale set. Turn it off if sign-in with Entra doesn\'t work on VMs in a scale set.')
param attachToScaleSet bool = true

@description('Object id of the person or app that deploys (azd: AZURE_PRINCIPAL_ID), which may set secrets and upload the archive. Empty: nobody may.')
param deployerPrincipalId string = ''

@description('Type of the deployer.')
@allowed(['User', 'Group', 'ServicePrincipal'])
param deployerPrincipalType string = 'User'

@description('Instances that are always ready for HTTP, because Discord waits only three seconds. About $21 a month each; 0: none.')
@minValue(0)
@maxValue(10)
param alwaysReadyHttp int = 1

@description('Instances that are always ready for the queue; without one, a step may wait for minutes. About $21 a month each; 0: none.')
@minValue(0)
@maxValue(10)
param alwaysReadyWork int = 1

@description('Number of trusted proxies in front of the bot, by which it finds a member\'s address: Azure\'s own, plus Front Door if you use it.')
@minValue(1)
@maxValue(9)
param trustedProxies int = 1

@description('Days during which a deleted secret or vault can be recovered. Can\'t be changed later.')
@minValue(7)
@maxValue(90)
param softDeleteDays int = 7

@description('Prevents purging deleted secrets and the vault before that. Can\'t be turned off again.')
param purgeProtection bool = true

@description('Who gets e-mail when an alert fires; empty: alerts only show in the portal.')
param alertEmail string = ''

@description('Days for which logs are kept.')
@minValue(30)
@maxValue(730)
param logDays int = 30

// If one of these is left out, it doesn't become a setting, and the bot's own default applies.

@description('How many hours SSH stays open.')
@minValue(1)
@maxValue(168)
param accessHours int?

@description('How many days the instance of someone who left is kept.')
@minValue(1)
@maxValue(365)
param keepDays int?

@description('How many days a snapshot is kept.')
@minValue(1)
@maxValue(365)
param backupDays int?

@description('How many nightly snapshots are kept; 0: none are created.')
@minValue(0)
@maxValue(30)
param nightlyKeep int?

@description('How many days the audit is kept.')
@minValue(90)
@maxValue(3650)
param auditDays int?

@description('How many addresses a member can have open for SSH at a time.')
@minValue(1)
@maxValue(20)
param mostAddresses int?

@description('How many backups a member can ask for and keep; 0: none.')
@minValue(0)
@maxValue(50)
param mostBackups int?

@description('The hour (UTC) at which the night\'s backups fall due.')
@minValue(0)
@maxValue(23)
param backupHour int?

@description('How many commands a member can send at once.')
@minValue(1)
@maxValue(10000)
param memberCalls int?

@description('How many more each second.')
@minValue(1)
@maxValue(1000)
param memberCallsASecond int?

@description('How many commands an admin can send at once.')
@minValue(1)
@maxValue(10000)
param adminCalls int?

@description('How many more each second.')
@minValue(1)
@maxValue(1000)
param adminCallsASecond int?

@description('How many commands all strangers together can send at once.')
@minValue(1)
@maxValue(10000)
param strangerCalls int?

@description('How many more each second.')
@minValue(1)
@maxValue(1000)
param strangerCallsASecond int?

// Refuse here, before anything is created, what the bot would refuse when it starts.
var checkedEnvironment = isMadeOf(environment, 'abcdefghijklmnopqrstuvwxyz0123456789-') && !startsWith(
    environment,
    '-'
  )
  ? environment
  : fail('environment must be lower-case letters, digits and hyphens, and must not start with a hyphen.')

var checkedArchiveSha256 = isMadeOf(archiveSha256, '0123456789abcdef') && contains(
    [0, 64],
    length(archiveSha256)
  )
  ? archiveSha256
  : fail('archiveSha256 must be 64 hexadecimal digits in lower case: npm run openclaw:package prints it.')

// With rights in its own group the bot could rewrite itself, and backups in the instances' group would not survive the instances.
var groups = map([resourceGroupName, botResourceGroupName, backupResourceGroupName], group => toLower(group))
var checkedGroup = length(union(groups, [])) == 3 ? resourceGroupName : fail('resourceGroupName, botResourceGroupName and backupResourceGroupName must be three different groups.')

var network = parseCidr(networkRange)
var subnet = parseCidr(subnetRange)
var rangesAreWhole = networkRange == '${network.network}/${network.cidr}' && subnetRange == '${subnet.network}/${subnet.cidr}'
// Azure has no smaller subnet than a /29.
var subnetFits = subnet.cidr >= network.cidr && subnet.cidr <= 29 && parseCidr('${subnet.network}/${network.cidr}').network == network.network
var checkedSubnetRange = rangesAreWhole && subnetFits
  ? subnetRange
  : fail('networkRange and subnetRange must look like 10.0.0.0/16 and 10.0.0.0/20, the second within the first and no smaller than a /29.')

var admins = filter(
  map(split('${bootstrapAdmins},${recoveryAdmins}', ','), admin => trim(admin)),
  admin => admin != ''
)
var strangers = filter(admins, admin => !startsWith(admin, 'entra:') && !startsWith(admin, 'discord:'))
var entraIds = map(
  filter(admins, admin => startsWith(admin, 'entra:')),
  admin => toLower(substring(admin, 6))
)
var adminDiscordIds = map(
  filter(admins, admin => startsWith(admin, 'discord:')),
  admin => substring(admin, 8)
)
var wrongAdmins = concat(
  strangers,
  filter(entraIds, id => !isObjectId(id)),
  filter(adminDiscordIds, id => !isDiscordId(id))
)
var checkedBootstrapAdmins = empty(wrongAdmins)
  ? bootstrapAdmins
  : fail('bootstrapAdmins must be entra:<object id> or discord:<id>, separated by commas. So must recoveryAdmins.')

// The agent runs as `openclaw`, without sudo; Azure gives sudo to the account named here.
var isAccountName = isMadeOf(adminUsername, 'abcdefghijklmnopqrstuvwxyz0123456789_-') && !contains(
  '0123456789-',
  substring(adminUsername, 0, 1)
)
// What Azure refuses (REST "Virtual Machines – Create Or Update", osProfile.adminUsername, 2026-03-01), and the system's own.
var takenByAzure = 'administrator admin user user1 test user2 test1 user3 admin1 a actuser adm admin2 aspnet backup console david guest john owner root server sql support support_388945a0 sys test2 test3 user4 user5'
var takenBySystem = 'bin daemon games lp mail man news nobody proxy sshd sudo sync syslog uucp'
var takenNames = split('${takenByAzure} ${takenBySystem}', ' ')
var checkedAdminUsername = adminUsername == 'openclaw'
  ? fail('adminUsername must not be openclaw: that account has no rights, on purpose.')
  : !isAccountName || contains(takenNames, adminUsername)
      ? fail('adminUsername must be lower-case letters, digits, _ and -, start with a letter, and not be a name that Azure or the system reserves.')
      : adminUsername

// ARM evaluates both sides of an `and`, so make sure there is always a second part.
var keyParts = split('${trim(breakGlassPublicKey)} ', ' ')
var checkedBreakGlassPublicKey = trim(breakGlassPublicKey) == '' || (contains(
    ['ssh-ed25519', 'ssh-rsa'],
    keyParts[0]
  ) && startsWith(keyParts[1], 'AAAA'))
  ? trim(breakGlassPublicKey)
  : fail('breakGlassPublicKey must be an OpenSSH public key: ssh-ed25519 or ssh-rsa, then the key.')

// Pasted values may have white space around them.
var discordParts = map(
  [discordApplicationId, discordPublicKey, discordGuildId, discordAdminChannelId],
  part => trim(part)
)
var usesDiscord = empty(join(discordParts, ''))
  ? false
  : contains(discordParts, '')
      ? fail('Discord needs all of discordApplicationId, discordPublicKey, discordGuildId and discordAdminChannelId.')
      : length(discordParts[1]) != 64 || !isMadeOf(toLower(discordParts[1]), '0123456789abcdef')
          ? fail('discordPublicKey must be 64 hexadecimal digits: General Information in the developer portal.')
          : empty(filter([discordParts[0], discordParts[2], discordParts[3]], id => !isDiscordId(id)))
              ? true
              : fail('discordApplicationId, discordGuildId and discordAdminChannelId must be 15 to 21 digits.')

var checkedTeamsAdminConversation = trim(teamsAdminConversation) == '' || startsWith(
    trim(teamsAdminConversation),
    '19:'
  )
  ? trim(teamsAdminConversation)
  : fail('teamsAdminConversation must be a conversation\'s id: 19:…')

var sharePoint = toLower(trim(sharePointHost))
var checkedSharePointHost = sharePoint == '' || (isMadeOf(
    sharePoint,
    'abcdefghijklmnopqrstuvwxyz0123456789-.'
  ) && contains(sharePoint, '.sharepoint'))
  ? sharePoint
  : fail('sharePointHost must be the host of the tenant\'s SharePoint, such as contoso.sharepoint.com.')

var checkedDeployerPrincipalId = deployerPrincipalId == '' || isObjectId(toLower(deployerPrincipalId))
  ? deployerPrincipalId
  : fail('deployerPrincipalId must be an object id: az ad signed-in-user show --query id.')

var suffix = uniqueString(subscription().id, checkedEnvironment)
var vaultName = 'openclaw-${suffix}'
var storageAccountName = 'openclaw${suffix}'
var appName = 'openclaw-${environment}-${suffix}'
var tags = {
  project: 'openclaw'
  environment: environment
  'azd-env-name': environment
}

resource instancesGroup 'Microsoft.Resources/resourceGroups@2025-04-01' = {
  name: checkedGroup
  location: location
  tags: tags
}

resource botGroup 'Microsoft.Resources/resourceGroups@2025-04-01' = {
  name: botResourceGroupName
  location: location
  tags: tags
}

resource backupGroup 'Microsoft.Resources/resourceGroups@2025-04-01' = {
  name: backupResourceGroupName
  location: location
  tags: tags
}

module instances 'modules/instances.bicep' = {
  scope: instancesGroup
  params: {
    location: location
    tags: tags
    networkRange: networkRange
    subnetRange: checkedSubnetRange
  }
}

module identity 'modules/bot-identity.bicep' = {
  scope: botGroup
  params: {
    location: location
    tags: tags
  }
}

module vault 'modules/vault.bicep' = {
  scope: botGroup
  params: {
    name: vaultName
    location: location
    tags: tags
    softDeleteDays: softDeleteDays
    purgeProtection: purgeProtection
    botPrincipalId: identity.outputs.principalId
    bootPrincipalId: instances.outputs.bootPrincipalId
    deployerPrincipalId: checkedDeployerPrincipalId
    deployerPrincipalType: deployerPrincipalType
  }
}

module storage 'modules/storage.bicep' = {
  scope: botGroup
  params: {
    name: storageAccountName
    location: location
    tags: tags
    bootPrincipalId: instances.outputs.bootPrincipalId
    deployerPrincipalId: checkedDeployerPrincipalId
    deployerPrincipalType: deployerPrincipalType
  }
}

module monitoring 'modules/monitoring.bicep' = {
  scope: botGroup
  params: {
    name: appName
    location: location
    tags: tags
    logDays: logDays
    alertEmail: alertEmail
    botPrincipalId: identity.outputs.principalId
  }
}

module rights 'modules/bot-rights.bicep' = {
  params: {
    principalId: identity.outputs.principalId
    environment: environment
    instancesGroup: instancesGroup.name
    scaleSetName: instances.outputs.scaleSetName
    backupGroup: backupGroup.name
    botGroup: botGroup.name
    vaultName: vaultName
    storageAccountName: storageAccountName
  }
  dependsOn: [storage, vault]
}

var discordSettings = !usesDiscord
  ? {}
  : {
      DISCORD_APPLICATION_ID: discordParts[0]
      DISCORD_PUBLIC_KEY: discordParts[1]
      DISCORD_TOKEN_SECRET: vault.outputs.discordTokenSecret
      DISCORD_GUILD_ID: discordParts[2]
      DISCORD_ADMIN_CHANNEL_ID: discordParts[3]
    }

var optional = {
  ACCESS_HOURS: accessHours
  KEEP_DAYS: keepDays
  BACKUP_DAYS: backupDays
  NIGHTLY_KEEP: nightlyKeep
  AUDIT_DAYS: auditDays
  MOST_ADDRESSES: mostAddresses
  MOST_BACKUPS: mostBackups
  BACKUP_HOUR: backupHour
  MEMBER_CALLS: memberCalls
  MEMBER_CALLS_A_SECOND: memberCallsASecond
  ADMIN_CALLS: adminCalls
  ADMIN_CALLS_A_SECOND: adminCallsASecond
  STRANGER_CALLS: strangerCalls
  STRANGER_CALLS_A_SECOND: strangerCallsASecond
}
var optionalSettings = toObject(
  filter(items(optional), setting => setting.?value != null),
  setting => setting.key,
  setting => string(setting.?value)
)

// What the bot reads from its environment (bot/config.ts). It reads the Discord token from the vault.
var botSettings = {
  AZURE_CLIENT_ID: identity.outputs.clientId
  AZURE_TENANT_ID: subscription().tenantId
  AZURE_SUBSCRIPTION_ID: subscription().subscriptionId
  AZURE_LOCATION: location
  INSTANCES_GROUP: instancesGroup.name
  BACKUP_GROUP: backupGroup.name
  SCALE_SET_ID: instances.outputs.scaleSetId
  ATTACH_TO_SCALE_SET: attachToScaleSet ? 'on' : 'off'
  SUBNET_ID: instances.outputs.subnetId
  BOOT_IDENTITY_ID: instances.outputs.bootIdentityId
  KEY_VAULT_ID: vault.outputs.id
  KEY_VAULT_URL: vault.outputs.uri
  ENVIRONMENT: environment
  VM_SIZE: vmSize
  ADMIN_USERNAME: checkedAdminUsername
  BREAK_GLASS_PUBLIC_KEY: checkedBreakGlassPublicKey
  OPENCLAW_PORT: string(openclawPort)
  HOME_DISK: '${homeDiskSizeGb},${homeDiskSku}'
  NETWORK_POLICY: networkPolicy
  TRUSTED_PROXIES: string(trustedProxies)
  // One folder for each archive, so that instances being built keep theirs.
  ARCHIVE_URL: archiveSha256 == '' ? '' : '${storage.outputs.archiveUrl}/${archiveSha256}/openclaw.tar.zst'
  ARCHIVE_SHA256: checkedArchiveSha256
  EXTRAS: extras ? 'on' : 'off'
  BOOTSTRAP_ADMINS: checkedBootstrapAdmins
  RECOVERY_ADMINS: recoveryAdmins
  MicrosoftAppId: identity.outputs.clientId
  MicrosoftAppType: 'UserAssignedMSI'
  MicrosoftAppTenantId: subscription().tenantId
  TEAMS_ADMIN_CONVERSATION: checkedTeamsAdminConversation
  TEAMS_SHAREPOINT_HOST: checkedSharePointHost
  ...optionalSettings
  ...discordSettings
}

module app 'modules/app.bicep' = {
  scope: botGroup
  params: {
    name: appName
    location: location
    tags: tags
    identityId: identity.outputs.id
    identityClientId: identity.outputs.clientId
    storageAccountName: storageAccountName
    packageUrl: storage.outputs.packageUrl
    insightsConnectionString: monitoring.outputs.connectionString
    alwaysReadyHttp: alwaysReadyHttp
    alwaysReadyWork: alwaysReadyWork
    settings: botSettings
  }
  // It reads its storage as soon as it starts.
  dependsOn: [rights]
}

module botService 'modules/bot-service.bicep' = {
  scope: botGroup
  params: {
    name: appName
    tags: tags
    endpoint: '${app.outputs.url}/api/messages'
    identityId: identity.outputs.id
    identityClientId: identity.outputs.clientId
  }
}

@description('What the bot reads from its environment.')
output settings settingSet = botSettings

@description('Object id of the bot\'s identity, which npm run graph:grant lets look people up.')
output BOT_PRINCIPAL_ID string = identity.outputs.principalId

@description('Address of the bot.')
output PUBLIC_URL string = app.outputs.url

@description('Interactions endpoint, to be entered at Discord.')
output DISCORD_INTERACTIONS_URL string = '${app.outputs.url}/api/interactions'

@description('Name of the Function App.')
output FUNCTION_APP_NAME string = appName

@description('Resource group of the bot. azd uses this output to find where to deploy the program, because three groups have its tag.')
output AZURE_RESOURCE_GROUP string = botGroup.name

@description('Resource group of the instances.')
output INSTANCES_GROUP string = instancesGroup.name

@description('Resource group of the snapshots.')
output BACKUP_GROUP string = backupGroup.name

@description('Name of the key vault.')
output KEY_VAULT_NAME string = vaultName

@description('Container that the archive is uploaded to.')
output ARCHIVE_CONTAINER_URL string = storage.outputs.archiveUrl

@description('Checksum of the archive that VMs start from; empty: they install from npm. The upload compares it.')
output ARCHIVE_IN_USE string = checkedArchiveSha256

@description('Name of the storage account: the bot\'s state, its program and the archive.')
output STORAGE_ACCOUNT_NAME string = storageAccountName
