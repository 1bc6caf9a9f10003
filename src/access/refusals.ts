import { refusing } from '#kernel'

/** Every reason for which access refuses, with the next action. */
export const accessRefusals = {
  book_not_found: 'No book has this id or code.',
  book_not_allowed:
    'The key belongs to another book. Acting in another book needs the permission books:any, which operator keys have.',
  book_code_taken: 'Another book has that code.',
  api_key_not_found: 'There is no API key with this id.',
  scope_beyond_own:
    'A key can create and revoke only keys that may do no more than it may itself. Use an operator key.',
  last_operator_key: 'This is the last operator key that is not revoked. Create another one first.',
  oauth_client_not_found: 'There is no OAuth client with this id.',
  permission_beyond_own:
    'A caller can give, change and revoke only permissions that it has itself. Use a caller with a higher scope.',
  oauth_client_revoked: 'The client was revoked. Make a new one.',
  person_not_found: 'There is no person with this id.',
  login_taken: 'Another person has this login. It may be one of another book.',
  person_disabled: 'The person is disabled. Enable them first.',
  session_not_found: 'The person has no session with this id, or it has ended.',
  oauth_client_proof: 'A client has a secret, keys (jwks) or a certificate, from its creation on. Make another client.',
  address_not_allowed:
    'The key or client may be used only from the addresses on its list, and the address of this request is not on it.',
  addresses_beyond_own:
    'A key or client with a list of addresses can make, and take over, only what may be used from there alone. Give a list within its own.',
  approval_not_found: 'There is no approval with this id.',
  approval_not_open: 'It does not wait any more: it was decided, withdrawn or used, or it has lapsed. Ask again.',
  person_needed: 'Only a person who is logged in can approve or reject. Log in with "munim login".',
  not_independent:
    'Who asks cannot approve. Nor can somebody who made, invited or reset who asks, or was invited or reset by them, or by the same caller, over any number of steps: both could be one person. Somebody else must decide.',
  too_few_approvers:
    'At least two people who have logged in must be able to approve. Invite them first, with an operator key: who was invited by the other cannot approve for them.',
  too_many_approvals: 'The caller has 100 calls waiting for a second person. Withdraw some, or have them decided.',
  too_many_unknown_keys:
    'Too many requests with unknown keys have come from this address, or overall. Valid keys are not affected. Try again in a second.',
} as const

export const refuse = refusing(accessRefusals)
