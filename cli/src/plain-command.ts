import { Command } from 'commander'

const unknownOption: unknown = Reflect.get(Command.prototype, 'unknownOption')

/** A command whose complaint about an unknown flag leaves out its value: of a misspelled flag, it may be a secret. */
export class PlainCommand extends Command {
  override createCommand(name?: string): PlainCommand {
    return new PlainCommand(name)
  }

  /** Commander's types omit it. */
  unknownOption(flag: string): void {
    const [name] = /^--[^=]*|^-./s.exec(flag) ?? ['']
    if (typeof unknownOption === 'function') unknownOption.call(this, name)
  }
}
