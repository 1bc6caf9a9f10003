// For the tests: prepares the binaries at a place, as whoever runs it, and prints where they are.
import { chooseServerAccount } from './server-account.ts'
import { prepareBinaries } from './server-binaries.ts'

const [directory = '', native = ''] = process.argv.slice(2)
const account = await chooseServerAccount(directory)
console.log((await prepareBinaries(account, directory, { native, version: '18.4.0' })).postgres)
