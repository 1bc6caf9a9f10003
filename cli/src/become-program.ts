import { pathToFileURL } from 'node:url'
import type { Command } from 'commander'
import { CliFailure } from './failure.ts'

export async function becomeProgram(command: Command, entry: string | undefined): Promise<void> {
  if (entry === undefined) throw new CliFailure('the server is not installed here; "npm install munim" brings it')
  // The program reads the same options from its own command line, and runs when it is loaded.
  process.argv = [process.execPath, entry, ...givenOptions(command)]
  await import(pathToFileURL(entry).href)
}

function givenOptions(command: Command): string[] {
  return command.options.flatMap((option) => {
    const value: unknown = command.getOptionValue(option.attributeName())
    if (value === true && option.long) return [option.long]
    return typeof value === 'string' && option.long ? [`${option.long}=${value}`] : []
  })
}
