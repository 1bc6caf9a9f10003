import type { components } from './api.generated.ts'

/** The API's schemas as JSON carries them, amounts as digit strings; generated from the OpenAPI document. */
type Schemas = components['schemas']

export type WireAccount = Schemas['Account']
export type WireTransfer = Schemas['Transfer']
export type WireEntry = Schemas['Entry']
export type WireBalance = Schemas['Balance']
export type WireStatement = Schemas['Statement']
export type WireEvent = Schemas['Event']
export type WireAccountEvent = Schemas['AccountEvent']
export type WireTransferEvent = Schemas['TransferEvent']
export type WireBook = Schemas['Book']
export type WireAsset = Schemas['Asset']
export type WireApiKey = Schemas['ApiKey']
export type WireNewApiKey = Schemas['NewApiKey']
export type WireItemError = Schemas['ItemError']
export type WireAccountResult = Schemas['CreateAccountResult']
export type WireTransferResult = Schemas['CreateTransferResult']
export type WireTransferBatch = Schemas['CreateTransfersAnswer']
export type WireCreateAccount = Schemas['CreateAccount']
export type WireUpdateAccount = Schemas['ChangeAccount']
export type WireAccountCondition = Schemas['AccountCondition']
export type WireCreateTransfer = Schemas['CreateTransfer']

/** The codes of the error catalogue. */
export type WireErrorCode = Schemas['Problem']['code']

export type WireTrialBalance = Schemas['TrialBalance']
export type WireStuck = Schemas['Stuck']
export type WireStuckWithActs = Schemas['StuckWithActs']
export type WireVerificationCheck = Schemas['VerificationCheck']
export type WireVerificationProgress = Schemas['VerificationProgress']
export type WireVerificationResult = Schemas['VerificationResult']

export type WirePage<Item> = { data: Item[]; has_more: boolean; next_cursor: string | null }
