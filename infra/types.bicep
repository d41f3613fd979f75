@export()
@description('Tags by name.')
type tagSet = {
  @description('Each tag\'s value.')
  *: string
}

@export()
@description('Settings of a Function App by name.')
type settingSet = {
  @description('Each setting\'s value.')
  *: string
}

@export()
@description('A role to assign.')
type grant = {
  @description('Name of the role definition: a GUID.')
  role: string

  @description('Condition on each use, in Azure\'s condition language, version 2.0.')
  condition: string?
}
