/*
 * A WinSCard program as others write it: ANSI names, SCARD_AUTOALLOCATE, the length asked first, SCardStatus, SCardGetAttrib, a shared
 * handle besides another, SCARD_PCI_T1 of the library. Each command prints one line; `code` is in hexadecimal.
 * habits.exe COMMAND [ARGUMENT]
 */
#include <windows.h>
#include <winscard.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const BYTE select_mf[] = { 0x00, 0xA4, 0x04, 0x00, 0x0A, 0xD3, 0x92, 0xF0, 0x00, 0x26, 0x01, 0x00, 0x00, 0x00, 0x01 };

static int says(const char *what, LONG code) {
  printf("%s %08lx\n", what, (unsigned long)code);
  fflush(stdout);
  return code == SCARD_S_SUCCESS ? 0 : 1;
}

static LONG transmit(SCARDHANDLE card) {
  BYTE response[258];
  DWORD length = sizeof response;
  LONG code = SCardTransmit(card, SCARD_PCI_T1, select_mf, sizeof select_mf, NULL, response, &length);
  if (code == SCARD_S_SUCCESS) printf("response %02x%02x\n", response[length - 2], response[length - 1]);
  return code;
}

int main(int count, char **arguments) {
  const char *command = count > 1 ? arguments[1] : "";
  SCARDCONTEXT context = 0;
  LONG code = SCardEstablishContext(SCARD_SCOPE_USER, NULL, NULL, &context);
  if (says("establish", code)) return 1;

  if (!strcmp(command, "list")) {
    /* Both ways of asking, in both alphabets. */
    char *ansi = NULL;
    DWORD length = SCARD_AUTOALLOCATE;
    if (says("list-a", SCardListReadersA(context, NULL, (LPSTR)&ansi, &length))) return 1;
    for (char *name = ansi; *name; name += strlen(name) + 1) printf("name %s\n", name);
    SCardFreeMemory(context, ansi);
    DWORD characters = 0;
    if (says("length-w", SCardListReadersW(context, NULL, NULL, &characters))) return 1;
    WCHAR *wide = calloc(characters, sizeof(WCHAR));
    if (says("list-w", SCardListReadersW(context, NULL, wide, &characters))) return 1;
    printf("characters %lu ends %d\n", (unsigned long)characters, wide[characters - 1] == 0 && wide[characters - 2] == 0);
    for (WCHAR *name = wide; *name; name += wcslen(name) + 1) {
      printf("codes");
      for (WCHAR *c = name; *c; c++) printf(" %04x", *c);
      printf("\n");
    }
    DWORD small = 3;
    says("small", SCardListReadersW(context, NULL, wide, &small));
    printf("needs %lu\n", (unsigned long)small);
    return 0;
  }

  if (!strcmp(command, "watch")) {
    /* Waits for a card, then for its removal, then for the end of the service. */
    SCARD_READERSTATEA states[2] = { { .szReader = "\\\\?PnP?\\Notification" }, { .szReader = arguments[2] } };
    for (;;) {
      code = SCardGetStatusChangeA(context, INFINITE, states, 2);
      printf("state %08lx atr %lu code %08lx\n", (unsigned long)states[1].dwEventState, (unsigned long)states[1].cbAtr, (unsigned long)code);
      fflush(stdout);
      if (code != SCARD_S_SUCCESS) return 0;
      for (int i = 0; i < 2; i++) states[i].dwCurrentState = states[i].dwEventState & ~(DWORD)SCARD_STATE_CHANGED;
    }
  }

  if (!strcmp(command, "timeout")) {
    SCARD_READERSTATEA state = { .szReader = arguments[2] };
    SCardGetStatusChangeA(context, 0, &state, 1);
    state.dwCurrentState = state.dwEventState & ~(DWORD)SCARD_STATE_CHANGED;
    return says("wait", SCardGetStatusChangeA(context, 200, &state, 1)), 0;
  }

  DWORD active = 0;
  SCARDHANDLE card = 0, second = 0;
  DWORD share = !strcmp(command, "exclusive") ? SCARD_SHARE_EXCLUSIVE : SCARD_SHARE_SHARED;
  code = SCardConnectA(context, arguments[2], share, SCARD_PROTOCOL_T0 | SCARD_PROTOCOL_T1, &card, &active);
  if (says("connect", code)) return 1;
  printf("protocol %lu upper %d\n", (unsigned long)active, (int)(card >> 32 != 0));

  if (!strcmp(command, "exclusive"))
    return says("second", SCardConnectA(context, arguments[2], SCARD_SHARE_SHARED, SCARD_PROTOCOL_T1, &second, &active)), 0;

  if (!strcmp(command, "card")) {
    char name[256];
    BYTE atr[36], again[36];
    DWORD name_length = sizeof name, state = 0, atr_length = sizeof atr, again_length = sizeof again;
    says("status", SCardStatusA(card, name, &name_length, &state, &active, atr, &atr_length));
    says("attribute", SCardGetAttrib(card, SCARD_ATTR_ATR_STRING, again, &again_length));
    printf("name %s same %d\n", name, atr_length == again_length && !memcmp(atr, again, atr_length));
    says("other", SCardConnectA(context, arguments[2], SCARD_SHARE_SHARED, SCARD_PROTOCOL_T1, &second, &active));
    says("begin", SCardBeginTransaction(card));
    says("transmit", transmit(card));
    says("end", SCardEndTransaction(card, SCARD_LEAVE_CARD));
    says("disconnect", SCardDisconnect(second, SCARD_RESET_CARD));
    says("after-reset", transmit(card));
    says("reconnect", SCardReconnect(card, SCARD_SHARE_SHARED, SCARD_PROTOCOL_T1, SCARD_LEAVE_CARD, &active));
    says("again", transmit(card));
    return says("invalid", SCardDisconnect(card + 1, SCARD_LEAVE_CARD)), 0;
  }

  if (!strcmp(command, "silent")) {
    says("begin", SCardBeginTransaction(card));
    says("transmit", transmit(card));
    Sleep((DWORD)atoi(arguments[3]));
    says("after", transmit(card));
    says("reconnect", SCardReconnect(card, SCARD_SHARE_SHARED, SCARD_PROTOCOL_T1, SCARD_LEAVE_CARD, &active));
    return says("again", transmit(card)), 0;
  }

  /* Holds the card until its input ends. */
  says("begin", SCardBeginTransaction(card));
  while (getchar() != EOF) says("transmit", transmit(card));
  return 0;
}
