// Generated from api/openapi.json by scripts/openapi.ts; do not edit.

import type * as schemas from './schemas.generated.ts'

export type Operations = {
  create_transfer: { body: schemas.CreateTransfer; answer: schemas.Transfer }
  list_transfers: { query: schemas.ListTransfers | undefined; answer: schemas.ListTransfersAnswer }
  create_transfers: { body: schemas.CreateTransfers; answer: schemas.CreateTransfersAnswer }
  post_transfer: { params: { id: string }; body: schemas.PostTransfer; answer: schemas.Transfer }
  void_transfer: { params: { id: string }; body: schemas.VoidTransfer; answer: schemas.Transfer }
  get_transfer: { params: { id: string }; answer: schemas.Transfer }
  create_account: { body: schemas.CreateAccount; answer: schemas.Account }
  list_accounts: { query: schemas.ListAccounts | undefined; answer: schemas.ListAccountsAnswer }
  create_accounts: { body: schemas.CreateAccounts; answer: schemas.CreateAccountsAnswer }
  change_account: { params: { account: string }; body: schemas.ChangeAccount; answer: schemas.Account }
  get_account: { params: { account: string }; answer: schemas.Account }
  freeze_account: { params: { account: string }; body: schemas.ChangeAccountState; answer: schemas.Account }
  unfreeze_account: { params: { account: string }; body: schemas.ChangeAccountState; answer: schemas.Account }
  close_account: { params: { account: string }; body: schemas.ChangeAccountState; answer: schemas.Account }
  get_balance: { params: { account: string }; query: schemas.GetBalance | undefined; answer: schemas.Balance }
  list_entries: { params: { account: string }; query: schemas.ListEntries | undefined; answer: schemas.ListEntriesAnswer }
  get_statement: { params: { account: string }; query: schemas.GetStatement | undefined; answer: schemas.Statement }
  create_asset: { body: schemas.CreateAsset; answer: schemas.Asset }
  list_assets: { query: schemas.ListAssets | undefined; answer: schemas.ListAssetsAnswer }
  get_asset: { params: { asset: string }; answer: schemas.Asset }
  get_trial_balance: { query: schemas.GetTrialBalance | undefined; answer: schemas.TrialBalance }
  list_events: { query: schemas.ListEvents | undefined; answer: schemas.ListEventsAnswer }
  verify: { answer: schemas.VerificationLine }
  create_book: { body: schemas.CreateBook; answer: schemas.Book }
  list_books: { query: schemas.ListBooks | undefined; answer: schemas.ListBooksAnswer }
  get_book: { params: { ref: string }; answer: schemas.Book }
  create_api_key: { body: schemas.CreateApiKey; answer: schemas.NewApiKey }
  list_api_keys: { query: schemas.ListApiKeys | undefined; answer: schemas.ListApiKeysAnswer }
  revoke_api_key: { params: { id: string }; answer: schemas.ApiKey }
  create_oauth_client: { body: schemas.CreateOauthClient; answer: schemas.NewOauthClient }
  list_oauth_clients: { query: schemas.ListOauthClients | undefined; answer: schemas.ListOauthClientsAnswer }
  get_oauth_client: { params: { id: string }; answer: schemas.OauthClient }
  change_oauth_client: { params: { id: string }; body: schemas.ChangeOauthClient; answer: schemas.OauthClient }
  revoke_oauth_client: { params: { id: string }; answer: schemas.OauthClient }
  rotate_oauth_client_secret: { params: { id: string }; body: schemas.RotateOauthClientSecret; answer: schemas.NewOauthClient }
  invite_person: { body: schemas.InvitePerson; answer: schemas.InvitedPerson }
  list_people: { query: schemas.ListPeople | undefined; answer: schemas.ListPeopleAnswer }
  get_person: { params: { id: string }; answer: schemas.Person }
  change_person: { params: { id: string }; body: schemas.ChangePerson; answer: schemas.Person }
  list_person_sessions: { params: { id: string }; query: schemas.ListPersonSessions | undefined; answer: schemas.ListPersonSessionsAnswer }
  disable_person: { params: { id: string }; answer: schemas.Person }
  enable_person: { params: { id: string }; answer: schemas.Person }
  reset_person: { params: { id: string }; answer: schemas.InvitedPerson }
  end_person_sessions: { params: { id: string }; body: schemas.EndSessions; answer: schemas.Person }
  rotate_oauth_keys: { body: schemas.RotateOauthKeys; answer: schemas.OauthKeys }
  list_audit: { query: schemas.ListAudit | undefined; answer: schemas.ListAuditAnswer }
  list_approvals: { query: schemas.ListApprovals | undefined; answer: schemas.ListApprovalsAnswer }
  get_approval: { params: { id: string }; answer: schemas.Approval }
  approve_approval: { params: { id: string }; answer: schemas.Approval }
  reject_approval: { params: { id: string }; answer: schemas.Approval }
  withdraw_approval: { params: { id: string }; answer: schemas.Approval }
  get_approval_rules: { answer: schemas.ApprovalRules }
  set_approval_rules: { body: schemas.SetApprovalRules; answer: schemas.ApprovalRules }
  create_vendor: { body: schemas.CreateVendor; answer: schemas.Vendor }
  list_vendors: { query: schemas.ListVendors | undefined; answer: schemas.ListVendorsAnswer }
  get_vendor: { params: { vendor: string }; answer: schemas.Vendor }
  change_vendor: { params: { vendor: string }; body: schemas.ChangeVendor; answer: schemas.Vendor }
  list_lanes: { answer: schemas.Lanes }
  pause_lane: { params: { lane: string }; answer: schemas.Lane }
  resume_lane: { params: { lane: string }; answer: schemas.Lane }
  list_dead_letters: { query: schemas.ListDeadLetters | undefined; answer: schemas.ListDeadLettersAnswer }
  get_dead_letter: { params: { id: string }; answer: schemas.DeadLetter }
  replay_dead_letter: { params: { id: string }; answer: schemas.DeadLetter }
  replay_dead_letters: { body: schemas.ReplayDeadLetters; answer: schemas.Replayed }
  list_rails: { answer: schemas.ListRailsAnswer }
  get_rail: { params: { rail: string }; answer: schemas.Rail }
  pause_rail: { params: { rail: string }; body: schemas.PauseRailBody; answer: schemas.Rail }
  resume_rail: { params: { rail: string }; body: schemas.ResumeRailBody; answer: schemas.Rail }
  list_unread_rail_events: { params: { rail: string }; query: schemas.ListUnreadRailEvents | undefined; answer: schemas.ListUnreadRailEventsAnswer }
  create_payment: { body: schemas.CreatePayment; answer: schemas.Payment }
  list_payments: { query: schemas.ListPayments | undefined; answer: schemas.ListPaymentsAnswer }
  get_payment: { params: { id: string }; answer: schemas.Payment }
  list_captures: { params: { id: string }; answer: schemas.ListCapturesAnswer }
  get_payment_timeline: { params: { id: string }; query: schemas.GetPaymentTimeline | undefined; answer: schemas.GetPaymentTimelineAnswer }
  capture_payment: { params: { id: string }; body: schemas.CapturePayment; answer: schemas.Capture }
  cancel_payment: { params: { id: string }; body: schemas.CancelPayment; answer: schemas.Payment }
  increment_payment: { params: { id: string }; body: schemas.IncrementPayment; answer: schemas.Payment }
  retry_payment: { params: { id: string }; body: schemas.RetryPayment; answer: schemas.Payment }
  cancel_or_refund_payment: { params: { id: string }; body: schemas.CancelOrRefund; answer: schemas.CancelOrRefundAnswer }
  create_refund: { body: schemas.CreateRefund; answer: schemas.Refund }
  list_refunds: { query: schemas.ListRefunds | undefined; answer: schemas.ListRefundsAnswer }
  get_refund: { params: { id: string }; answer: schemas.Refund }
  create_payout: { body: schemas.CreatePayout; answer: schemas.Payout }
  list_payouts: { query: schemas.ListPayouts | undefined; answer: schemas.ListPayoutsAnswer }
  get_payout: { params: { id: string }; answer: schemas.Payout }
  get_payout_timeline: { params: { id: string }; query: schemas.GetPayoutTimeline | undefined; answer: schemas.GetPayoutTimelineAnswer }
  cancel_payout: { params: { id: string }; body: schemas.CancelPayout; answer: schemas.Payout }
  recall_payout: { params: { id: string }; body: schemas.RecallPayout; answer: schemas.Payout }
  list_disputes: { query: schemas.ListDisputes | undefined; answer: schemas.ListDisputesAnswer }
  get_dispute: { params: { id: string }; answer: schemas.DisputeWithEvidence }
  accept_dispute: { params: { id: string }; body: schemas.AcceptDispute; answer: schemas.Dispute }
  challenge_dispute: { params: { id: string }; body: schemas.ChallengeDispute; answer: schemas.Dispute }
  verify_instrument: { params: { rail: string }; body: schemas.VerifyInstrument; answer: schemas.Verification }
  list_payment_days: { params: { asset: string }; query: schemas.ListPaymentDays | undefined; answer: schemas.PaymentDays }
  create_erasure: { body: schemas.CreateErasure; answer: schemas.Erasure }
  get_erasure: { params: { id: string }; answer: schemas.Erasure }
  list_cases: { query: schemas.ListCases | undefined; answer: schemas.ListCasesAnswer }
  get_case: { params: { id: string }; answer: schemas.CaseWithActs }
  list_case_acts: { params: { id: string }; query: schemas.ListCaseActs | undefined; answer: schemas.ListCaseActsAnswer }
  retry_case: { params: { id: string }; body: schemas.ActOnCase; answer: schemas.Case }
  inquire_case: { params: { id: string }; body: schemas.ActOnCase; answer: schemas.Case }
  force_case: { params: { id: string }; body: schemas.ForceCase; answer: schemas.Case }
  reverse_case: { params: { id: string }; body: schemas.ActOnCase; answer: schemas.Case }
  write_off_case: { params: { id: string }; body: schemas.WriteOffCase; answer: schemas.Case }
  reassign_case: { params: { id: string }; body: schemas.ReassignCase; answer: schemas.Case }
  note_case: { params: { id: string }; body: schemas.NoteOnCase; answer: schemas.Case }
  act_on_cases: { body: schemas.ActOnCases; answer: schemas.ActedOnCases }
  create_item: { body: schemas.CreateItem; answer: schemas.Item }
  list_items: { query: schemas.ListItems | undefined; answer: schemas.ListItemsAnswer }
  get_item: { params: { item: string }; answer: schemas.Item }
  change_item: { params: { item: string }; body: schemas.ChangeItem; answer: schemas.Item }
  create_order: { body: schemas.CreateOrder; answer: schemas.Order }
  list_orders: { query: schemas.ListOrders | undefined; answer: schemas.ListOrdersAnswer }
  get_order: { params: { id: string }; answer: schemas.Order }
  get_order_checkout: { params: { id: string }; answer: schemas.Checkout }
  cancel_order: { params: { id: string }; body: schemas.CancelOrder; answer: schemas.Order }
  list_consumers: { answer: schemas.ConsumersAnswer }
  pause_consumer: { params: { consumer: string }; answer: schemas.Consumer }
  resume_consumer: { params: { consumer: string }; answer: schemas.Consumer }
  replay_consumer: { params: { consumer: string }; body: schemas.ReplayConsumer; answer: schemas.Consumer }
  retrieve_secrets: { answer: schemas.Secrets }
  rotate_secrets: { answer: schemas.Secrets }
  set_limit: { body: schemas.SetLimit; answer: schemas.Limit }
  list_limits: { query: schemas.ListLimits | undefined; answer: schemas.ListLimitsAnswer }
  remove_limit: { params: { id: string }; answer: schemas.Limit }
}

export const operations = {
  create_transfer: {"method":"POST","path":"/v1/transfers","answer":"Transfer"},
  list_transfers: {"method":"GET","path":"/v1/transfers","answer":"ListTransfersAnswer","pageMax":100},
  create_transfers: {"method":"POST","path":"/v1/transfers/batch","answer":"CreateTransfersAnswer"},
  post_transfer: {"method":"POST","path":"/v1/transfers/{id}/post","answer":"Transfer"},
  void_transfer: {"method":"POST","path":"/v1/transfers/{id}/void","answer":"Transfer"},
  get_transfer: {"method":"GET","path":"/v1/transfers/{id}","answer":"Transfer"},
  create_account: {"method":"POST","path":"/v1/accounts","answer":"Account"},
  list_accounts: {"method":"GET","path":"/v1/accounts","answer":"ListAccountsAnswer","pageMax":100},
  create_accounts: {"method":"POST","path":"/v1/accounts/batch","answer":"CreateAccountsAnswer"},
  change_account: {"method":"PATCH","path":"/v1/accounts/{account}","answer":"Account"},
  get_account: {"method":"GET","path":"/v1/accounts/{account}","answer":"Account"},
  freeze_account: {"method":"POST","path":"/v1/accounts/{account}/freeze","answer":"Account"},
  unfreeze_account: {"method":"POST","path":"/v1/accounts/{account}/unfreeze","answer":"Account"},
  close_account: {"method":"POST","path":"/v1/accounts/{account}/close","answer":"Account"},
  get_balance: {"method":"GET","path":"/v1/accounts/{account}/balance","answer":"Balance"},
  list_entries: {"method":"GET","path":"/v1/accounts/{account}/entries","answer":"ListEntriesAnswer","pageMax":100},
  get_statement: {"method":"GET","path":"/v1/accounts/{account}/statement","answer":"Statement","pageMax":100},
  create_asset: {"method":"POST","path":"/v1/assets","answer":"Asset"},
  list_assets: {"method":"GET","path":"/v1/assets","answer":"ListAssetsAnswer","pageMax":100},
  get_asset: {"method":"GET","path":"/v1/assets/{asset}","answer":"Asset"},
  get_trial_balance: {"method":"GET","path":"/v1/trial-balance","answer":"TrialBalance","pageMax":100},
  list_events: {"method":"GET","path":"/v1/events","answer":"ListEventsAnswer","pageMax":100},
  verify: {"method":"GET","path":"/v1/verification","answer":"VerificationLine"},
  create_book: {"method":"POST","path":"/v1/books","answer":"Book"},
  list_books: {"method":"GET","path":"/v1/books","answer":"ListBooksAnswer","pageMax":100},
  get_book: {"method":"GET","path":"/v1/books/{ref}","answer":"Book"},
  create_api_key: {"method":"POST","path":"/v1/api-keys","answer":"NewApiKey"},
  list_api_keys: {"method":"GET","path":"/v1/api-keys","answer":"ListApiKeysAnswer","pageMax":100},
  revoke_api_key: {"method":"DELETE","path":"/v1/api-keys/{id}","answer":"ApiKey"},
  create_oauth_client: {"method":"POST","path":"/v1/oauth-clients","answer":"NewOauthClient"},
  list_oauth_clients: {"method":"GET","path":"/v1/oauth-clients","answer":"ListOauthClientsAnswer","pageMax":100},
  get_oauth_client: {"method":"GET","path":"/v1/oauth-clients/{id}","answer":"OauthClient"},
  change_oauth_client: {"method":"PATCH","path":"/v1/oauth-clients/{id}","answer":"OauthClient"},
  revoke_oauth_client: {"method":"DELETE","path":"/v1/oauth-clients/{id}","answer":"OauthClient"},
  rotate_oauth_client_secret: {"method":"POST","path":"/v1/oauth-clients/{id}/rotate-secret","answer":"NewOauthClient"},
  invite_person: {"method":"POST","path":"/v1/people","answer":"InvitedPerson"},
  list_people: {"method":"GET","path":"/v1/people","answer":"ListPeopleAnswer","pageMax":100},
  get_person: {"method":"GET","path":"/v1/people/{id}","answer":"Person"},
  change_person: {"method":"PATCH","path":"/v1/people/{id}","answer":"Person"},
  list_person_sessions: {"method":"GET","path":"/v1/people/{id}/sessions","answer":"ListPersonSessionsAnswer","pageMax":100},
  disable_person: {"method":"POST","path":"/v1/people/{id}/disable","answer":"Person"},
  enable_person: {"method":"POST","path":"/v1/people/{id}/enable","answer":"Person"},
  reset_person: {"method":"POST","path":"/v1/people/{id}/reset","answer":"InvitedPerson"},
  end_person_sessions: {"method":"POST","path":"/v1/people/{id}/end-sessions","answer":"Person"},
  rotate_oauth_keys: {"method":"POST","path":"/v1/oauth-keys/rotate","answer":"OauthKeys"},
  list_audit: {"method":"GET","path":"/v1/audit","answer":"ListAuditAnswer","pageMax":100},
  list_approvals: {"method":"GET","path":"/v1/approvals","answer":"ListApprovalsAnswer","pageMax":100},
  get_approval: {"method":"GET","path":"/v1/approvals/{id}","answer":"Approval"},
  approve_approval: {"method":"POST","path":"/v1/approvals/{id}/approve","answer":"Approval"},
  reject_approval: {"method":"POST","path":"/v1/approvals/{id}/reject","answer":"Approval"},
  withdraw_approval: {"method":"POST","path":"/v1/approvals/{id}/withdraw","answer":"Approval"},
  get_approval_rules: {"method":"GET","path":"/v1/approval-rules","answer":"ApprovalRules"},
  set_approval_rules: {"method":"POST","path":"/v1/approval-rules","answer":"ApprovalRules"},
  create_vendor: {"method":"POST","path":"/v1/vendors","answer":"Vendor"},
  list_vendors: {"method":"GET","path":"/v1/vendors","answer":"ListVendorsAnswer","pageMax":100},
  get_vendor: {"method":"GET","path":"/v1/vendors/{vendor}","answer":"Vendor"},
  change_vendor: {"method":"PATCH","path":"/v1/vendors/{vendor}","answer":"Vendor"},
  list_lanes: {"method":"GET","path":"/v1/lanes","answer":"Lanes"},
  pause_lane: {"method":"POST","path":"/v1/lanes/{lane}/pause","answer":"Lane"},
  resume_lane: {"method":"POST","path":"/v1/lanes/{lane}/resume","answer":"Lane"},
  list_dead_letters: {"method":"GET","path":"/v1/dead-letters","answer":"ListDeadLettersAnswer","pageMax":100},
  get_dead_letter: {"method":"GET","path":"/v1/dead-letters/{id}","answer":"DeadLetter"},
  replay_dead_letter: {"method":"POST","path":"/v1/dead-letters/{id}/replay","answer":"DeadLetter"},
  replay_dead_letters: {"method":"POST","path":"/v1/dead-letters/replay","answer":"Replayed"},
  list_rails: {"method":"GET","path":"/v1/rails","answer":"ListRailsAnswer"},
  get_rail: {"method":"GET","path":"/v1/rails/{rail}","answer":"Rail"},
  pause_rail: {"method":"POST","path":"/v1/rails/{rail}/pause","answer":"Rail"},
  resume_rail: {"method":"POST","path":"/v1/rails/{rail}/resume","answer":"Rail"},
  list_unread_rail_events: {"method":"GET","path":"/v1/rails/{rail}/unread-events","answer":"ListUnreadRailEventsAnswer","pageMax":100},
  create_payment: {"method":"POST","path":"/v1/payments","answer":"Payment"},
  list_payments: {"method":"GET","path":"/v1/payments","answer":"ListPaymentsAnswer","pageMax":100},
  get_payment: {"method":"GET","path":"/v1/payments/{id}","answer":"Payment"},
  list_captures: {"method":"GET","path":"/v1/payments/{id}/captures","answer":"ListCapturesAnswer"},
  get_payment_timeline: {"method":"GET","path":"/v1/payments/{id}/timeline","answer":"GetPaymentTimelineAnswer","pageMax":100},
  capture_payment: {"method":"POST","path":"/v1/payments/{id}/capture","answer":"Capture"},
  cancel_payment: {"method":"POST","path":"/v1/payments/{id}/cancel","answer":"Payment"},
  increment_payment: {"method":"POST","path":"/v1/payments/{id}/increment","answer":"Payment"},
  retry_payment: {"method":"POST","path":"/v1/payments/{id}/retry","answer":"Payment"},
  cancel_or_refund_payment: {"method":"POST","path":"/v1/payments/{id}/cancel-or-refund","answer":"CancelOrRefundAnswer"},
  create_refund: {"method":"POST","path":"/v1/refunds","answer":"Refund"},
  list_refunds: {"method":"GET","path":"/v1/refunds","answer":"ListRefundsAnswer","pageMax":100},
  get_refund: {"method":"GET","path":"/v1/refunds/{id}","answer":"Refund"},
  create_payout: {"method":"POST","path":"/v1/payouts","answer":"Payout"},
  list_payouts: {"method":"GET","path":"/v1/payouts","answer":"ListPayoutsAnswer","pageMax":100},
  get_payout: {"method":"GET","path":"/v1/payouts/{id}","answer":"Payout"},
  get_payout_timeline: {"method":"GET","path":"/v1/payouts/{id}/timeline","answer":"GetPayoutTimelineAnswer","pageMax":100},
  cancel_payout: {"method":"POST","path":"/v1/payouts/{id}/cancel","answer":"Payout"},
  recall_payout: {"method":"POST","path":"/v1/payouts/{id}/recall","answer":"Payout"},
  list_disputes: {"method":"GET","path":"/v1/disputes","answer":"ListDisputesAnswer","pageMax":100},
  get_dispute: {"method":"GET","path":"/v1/disputes/{id}","answer":"DisputeWithEvidence"},
  accept_dispute: {"method":"POST","path":"/v1/disputes/{id}/accept","answer":"Dispute"},
  challenge_dispute: {"method":"POST","path":"/v1/disputes/{id}/challenge","answer":"Dispute"},
  verify_instrument: {"method":"POST","path":"/v1/rails/{rail}/verifications","answer":"Verification"},
  list_payment_days: {"method":"GET","path":"/v1/assets/{asset}/payment-days","answer":"PaymentDays"},
  create_erasure: {"method":"POST","path":"/v1/erasures","answer":"Erasure"},
  get_erasure: {"method":"GET","path":"/v1/erasures/{id}","answer":"Erasure"},
  list_cases: {"method":"GET","path":"/v1/cases","answer":"ListCasesAnswer","pageMax":100},
  get_case: {"method":"GET","path":"/v1/cases/{id}","answer":"CaseWithActs"},
  list_case_acts: {"method":"GET","path":"/v1/cases/{id}/acts","answer":"ListCaseActsAnswer","pageMax":100},
  retry_case: {"method":"POST","path":"/v1/cases/{id}/retry","answer":"Case"},
  inquire_case: {"method":"POST","path":"/v1/cases/{id}/inquire","answer":"Case"},
  force_case: {"method":"POST","path":"/v1/cases/{id}/force","answer":"Case"},
  reverse_case: {"method":"POST","path":"/v1/cases/{id}/reverse","answer":"Case"},
  write_off_case: {"method":"POST","path":"/v1/cases/{id}/write_off","answer":"Case"},
  reassign_case: {"method":"POST","path":"/v1/cases/{id}/reassign","answer":"Case"},
  note_case: {"method":"POST","path":"/v1/cases/{id}/note","answer":"Case"},
  act_on_cases: {"method":"POST","path":"/v1/cases/actions","answer":"ActedOnCases"},
  create_item: {"method":"POST","path":"/v1/items","answer":"Item"},
  list_items: {"method":"GET","path":"/v1/items","answer":"ListItemsAnswer","pageMax":100},
  get_item: {"method":"GET","path":"/v1/items/{item}","answer":"Item"},
  change_item: {"method":"PATCH","path":"/v1/items/{item}","answer":"Item"},
  create_order: {"method":"POST","path":"/v1/orders","answer":"Order"},
  list_orders: {"method":"GET","path":"/v1/orders","answer":"ListOrdersAnswer","pageMax":100},
  get_order: {"method":"GET","path":"/v1/orders/{id}","answer":"Order"},
  get_order_checkout: {"method":"GET","path":"/v1/orders/{id}/checkout","answer":"Checkout"},
  cancel_order: {"method":"POST","path":"/v1/orders/{id}/cancel","answer":"Order"},
  list_consumers: {"method":"GET","path":"/v1/consumers","answer":"ConsumersAnswer"},
  pause_consumer: {"method":"POST","path":"/v1/consumers/{consumer}/pause","answer":"Consumer"},
  resume_consumer: {"method":"POST","path":"/v1/consumers/{consumer}/resume","answer":"Consumer"},
  replay_consumer: {"method":"POST","path":"/v1/consumers/{consumer}/replay","answer":"Consumer"},
  retrieve_secrets: {"method":"GET","path":"/v1/secrets","answer":"Secrets"},
  rotate_secrets: {"method":"POST","path":"/v1/secrets/rotations","answer":"Secrets"},
  set_limit: {"method":"POST","path":"/v1/limits","answer":"Limit"},
  list_limits: {"method":"GET","path":"/v1/limits","answer":"ListLimitsAnswer","pageMax":100},
  remove_limit: {"method":"DELETE","path":"/v1/limits/{id}","answer":"Limit"},
} as const

/** Where the amounts of a schema are. */
export const amounts = {
  Account: {"min_available":true,"max_balance":true,"posted":true,"pending":true,"pending_in":true,"available":true},
  AccountEvent: {"data":"Account"},
  Balance: {"posted":true,"pending":true,"pending_in":true,"available":true},
  CancelOrRefundAnswer: {"payment":"Payment","refund":"Refund"},
  Capture: {"amount":true},
  Case: {"amount":true},
  CaseWithActs: {"amount":true},
  Consumer: {"position":true,"last_position":true},
  ConsumersAnswer: {"data":"Consumer"},
  CountedDay: {"count":true,"amount":true},
  CreateAccountResult: {"account":"Account"},
  CreateAccountsAnswer: {"results":"CreateAccountResult"},
  CreateTransferResult: {"transfer":"Transfer"},
  CreateTransfersAnswer: {"results":"CreateTransferResult"},
  Dispute: {"amount":true,"fee":true},
  DisputeEvent: {"data":"Dispute"},
  DisputeWithEvidence: {"amount":true,"fee":true},
  Entry: {"amount":true,"pending_change":true,"posted":true,"pending":true,"pending_in":true,"available":true},
  Event: ["type",{"transfer":"TransferEvent","account":"AccountEvent","payment":"PaymentEvent","refund":"RefundEvent","payout":"PayoutEvent","dispute":"DisputeEvent","order":"OrderEvent"}],
  Item: {"price":true},
  Order: {"amount":true,"lines":"OrderLine"},
  OrderEvent: {"data":"Order"},
  OrderLine: {"price":true},
  PayToAction: {"amount":true},
  Payment: {"amount":true,"destinations":"Share","fee":"Share","amount_capturable":true,"amount_capturing":true,"amount_captured":true,"amount_refunding":true,"amount_refunded":true,"next_action":["type",{"pay_to":"PayToAction"}]},
  PaymentDays: {"data":"CountedDay"},
  PaymentEvent: {"data":"Payment"},
  Payout: {"amount":true,"amount_returned":true},
  PayoutEvent: {"data":"Payout"},
  Refund: {"amount":true,"from":"Share","amount_returned":true},
  RefundEvent: {"data":"Refund"},
  Share: {"amount":true},
  Statement: {"opening":true,"closing":true,"total_in":true,"total_out":true,"data":"Entry"},
  TimelineAttempt: {"amount":true},
  TimelineItem: {"transfers":"TimelineTransfer","attempt":"TimelineAttempt"},
  TimelineTransfer: {"amount":true,"amount_posted":true},
  Transfer: {"amount":true,"amount_posted":true},
  TransferEvent: {"data":"Transfer"},
  TrialBalance: {"totals":{"debit":true,"credit":true},"data":"TrialBalanceRow"},
  TrialBalanceRow: {"debit":true,"credit":true},
  ListTransfersAnswer: {"data":"Transfer"},
  ListAccountsAnswer: {"data":"Account"},
  ListEntriesAnswer: {"data":"Entry"},
  ListEventsAnswer: {"data":"Event"},
  ListPaymentsAnswer: {"data":"Payment"},
  ListCapturesAnswer: {"data":"Capture"},
  GetPaymentTimelineAnswer: {"data":"TimelineItem"},
  ListRefundsAnswer: {"data":"Refund"},
  ListPayoutsAnswer: {"data":"Payout"},
  GetPayoutTimelineAnswer: {"data":"TimelineItem"},
  ListDisputesAnswer: {"data":"Dispute"},
  ListCasesAnswer: {"data":"Case"},
  ListItemsAnswer: {"data":"Item"},
  ListOrdersAnswer: {"data":"Order"},
} as const
