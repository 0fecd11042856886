/*
 * winscard.dll for tests under Wine: hands every call over TCP to SmartCardServer (tests/Kiosk.Windows/SmartCards). Never shipped.
 * It only converts and copies, as winscard.dll does between a program and the smart-card service: ANSI and UTF-16 names,
 * SCARD_AUTOALLOCATE, the two-call way of asking for a length, SCARD_READERSTATE. The rules of the service are on the other side.
 *
 * Wire, little-endian: request u32 length, u8 operation, fields; response u32 length, u32 code, fields. One connection for each call,
 * because a call may block. The first connection of a process stays open: when it closes, the service releases what the process held.
 * The port is the first line of C:\windows\system32\winscard.port.
 */
#define WINSCARDAPI __declspec(dllexport)
#define WINSCARDDATA __declspec(dllexport)
#include <winsock2.h>
#include <ws2tcpip.h>
#include <windows.h>
#include <winscard.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { HELLO = 1, ESTABLISH, RELEASE, LIST, CHANGE, CANCEL, CONNECT, RECONNECT, DISCONNECT, BEGIN, END, TRANSMIT, STATUS, VALID, ATTRIB };

const SCARD_IO_REQUEST g_rgSCardT0Pci = { SCARD_PROTOCOL_T0, sizeof(SCARD_IO_REQUEST) };
const SCARD_IO_REQUEST g_rgSCardT1Pci = { SCARD_PROTOCOL_T1, sizeof(SCARD_IO_REQUEST) };
const SCARD_IO_REQUEST g_rgSCardRawPci = { SCARD_PROTOCOL_RAW, sizeof(SCARD_IO_REQUEST) };

_Static_assert(sizeof(SCARD_READERSTATEW) == 64, "Windows x64: two pointers, three DWORD, 36 bytes");
_Static_assert(sizeof(SCARDHANDLE) == 8 && sizeof(LONG) == 4, "Windows x64");

typedef struct {
  BYTE *data;
  DWORD length, capacity, at;
} Message;

static CRITICAL_SECTION gate;
static SOCKET process_line = INVALID_SOCKET;
static ULONGLONG process_id;

BOOL WINAPI DllMain(HINSTANCE module, DWORD why, LPVOID reserved) {
  (void)module, (void)reserved;
  if (why == DLL_PROCESS_ATTACH) InitializeCriticalSection(&gate);
  return TRUE;
}

static void put(Message *m, const void *data, DWORD length) {
  if (m->length + length > m->capacity) {
    m->capacity = (m->length + length) * 2 + 64;
    m->data = realloc(m->data, m->capacity);
    if (!m->data) abort();
  }
  if (length) memcpy(m->data + m->length, data, length);
  m->length += length;
}

static void put32(Message *m, DWORD value) { put(m, &value, 4); }
static void put64(Message *m, ULONGLONG value) { put(m, &value, 8); }
static void put_bytes(Message *m, const void *data, DWORD length) { put32(m, length), put(m, data, length); }

static void get(Message *m, void *to, DWORD length) {
  if (m->length - m->at < length) memset(to, 0, length), m->at = m->length;
  else memcpy(to, m->data + m->at, length), m->at += length;
}

static DWORD get32(Message *m) { DWORD value; get(m, &value, 4); return value; }
static ULONGLONG get64(Message *m) { ULONGLONG value; get(m, &value, 8); return value; }

static const BYTE *get_bytes(Message *m, DWORD *length) {
  *length = get32(m);
  if (*length > m->length - m->at) *length = m->length - m->at;
  const BYTE *at = m->data + m->at;
  m->at += *length;
  return at;
}

static BOOL transfer(SOCKET s, char *data, int length, BOOL sends) {
  while (length > 0) {
    int moved = sends ? send(s, data, length, 0) : recv(s, data, length, 0);
    if (moved <= 0) return FALSE;
    data += moved, length -= moved;
  }
  return TRUE;
}

static SOCKET dial(void) {
  WSADATA started;
  char file[MAX_PATH], line[16] = "";
  struct sockaddr_in to = { .sin_family = AF_INET };
  int on = 1;
  WSAStartup(MAKEWORD(2, 2), &started);
  GetSystemDirectoryA(file, sizeof file - 16);
  strcat(file, "\\winscard.port");
  FILE *port = fopen(file, "r");
  if (!port) return INVALID_SOCKET;
  if (!fgets(line, sizeof line, port)) line[0] = 0;
  fclose(port);
  to.sin_port = htons((u_short)atoi(line));
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  SOCKET s = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
  if (s == INVALID_SOCKET) return s;
  setsockopt(s, IPPROTO_TCP, TCP_NODELAY, (const char *)&on, sizeof on);
  if (connect(s, (struct sockaddr *)&to, sizeof to) == 0) return s;
  closesocket(s);
  return INVALID_SOCKET;
}

static LONG exchange(SOCKET s, BYTE operation, Message *m) {
  DWORD length = m->length + 1;
  DWORD answered = 0;
  BOOL done = transfer(s, (char *)&length, 4, TRUE) && transfer(s, (char *)&operation, 1, TRUE)
    && transfer(s, (char *)m->data, m->length, TRUE) && transfer(s, (char *)&answered, 4, FALSE);
  m->length = m->at = 0;
  if (!done) return SCARD_E_NO_SERVICE;
  if (answered > m->capacity) {
    m->data = realloc(m->data, m->capacity = answered);
    if (!m->data) abort();
  }
  if (!transfer(s, (char *)m->data, answered, FALSE)) return SCARD_E_NO_SERVICE;
  m->length = answered;
  return (LONG)get32(m);
}

/* After it the message holds the response's fields; the caller frees it. */
static LONG call(BYTE operation, Message *m) {
  SOCKET s = dial();
  if (s == INVALID_SOCKET) return SCARD_E_NO_SERVICE;
  LONG code = exchange(s, operation, m);
  closesocket(s);
  return code;
}

static ULONGLONG this_process(void) {
  EnterCriticalSection(&gate);
  if (process_line == INVALID_SOCKET && (process_line = dial()) != INVALID_SOCKET) {
    Message hello = { 0 };
    if (exchange(process_line, HELLO, &hello) == SCARD_S_SUCCESS) process_id = get64(&hello);
    free(hello.data);
  }
  LeaveCriticalSection(&gate);
  return process_id;
}

static LONG of_handle(BYTE operation, ULONG_PTR handle) {
  Message m = { 0 };
  put64(&m, handle);
  LONG code = call(operation, &m);
  free(m.data);
  return code;
}

static LONG of_handle_with(BYTE operation, ULONG_PTR handle, DWORD value) {
  Message m = { 0 };
  put64(&m, handle), put32(&m, value);
  LONG code = call(operation, &m);
  free(m.data);
  return code;
}

/* Gives a result of `length` elements of `size` bytes, as Windows does: into the buffer, allocated, or only its length. */
static LONG give(const void *result, DWORD length, DWORD size, void *buffer, DWORD *capacity) {
  if (!capacity) return buffer ? SCARD_E_INVALID_PARAMETER : SCARD_S_SUCCESS;
  if (*capacity == SCARD_AUTOALLOCATE) {
    if (!buffer) return SCARD_E_INVALID_PARAMETER;
    void *made = HeapAlloc(GetProcessHeap(), 0, length * size + 1);
    memcpy(made, result, length * size);
    *(void **)buffer = made;
  } else if (buffer) {
    if (*capacity < length) {
      *capacity = length;
      return SCARD_E_INSUFFICIENT_BUFFER;
    }
    memcpy(buffer, result, length * size);
  }
  *capacity = length;
  return SCARD_S_SUCCESS;
}

/* The same for a text of the service, which is UTF-16; `length` counts characters with every zero. */
static LONG give_text(const WCHAR *text, DWORD length, BOOL wide, void *buffer, DWORD *capacity) {
  if (wide) return give(text, length, sizeof(WCHAR), buffer, capacity);
  DWORD bytes = (DWORD)WideCharToMultiByte(CP_ACP, 0, text, (int)length, NULL, 0, NULL, NULL);
  char *ansi = malloc(bytes + 1);
  WideCharToMultiByte(CP_ACP, 0, text, (int)length, ansi, (int)bytes, NULL, NULL);
  LONG code = give(ansi, bytes, 1, buffer, capacity);
  free(ansi);
  return code;
}

static void put_name(Message *m, const void *name, BOOL wide) {
  WCHAR text[512] = L"";
  if (wide) wcsncpy(text, name, 511);
  else MultiByteToWideChar(CP_ACP, 0, name, -1, text, 511);
  put_bytes(m, text, (DWORD)(wcslen(text) * sizeof(WCHAR)));
}

LONG WINAPI SCardEstablishContext(DWORD scope, LPCVOID reserved1, LPCVOID reserved2, LPSCARDCONTEXT context) {
  (void)reserved1, (void)reserved2;
  if (!context) return SCARD_E_INVALID_PARAMETER;
  Message m = { 0 };
  put64(&m, this_process()), put32(&m, scope);
  LONG code = call(ESTABLISH, &m);
  *context = code == SCARD_S_SUCCESS ? (SCARDCONTEXT)get64(&m) : 0;
  free(m.data);
  return code;
}

LONG WINAPI SCardReleaseContext(SCARDCONTEXT context) { return of_handle(RELEASE, context); }
LONG WINAPI SCardIsValidContext(SCARDCONTEXT context) { return of_handle(VALID, context); }
LONG WINAPI SCardCancel(SCARDCONTEXT context) { return of_handle(CANCEL, context); }

LONG WINAPI SCardFreeMemory(SCARDCONTEXT context, LPCVOID memory) {
  (void)context;
  HeapFree(GetProcessHeap(), 0, (LPVOID)memory);
  return SCARD_S_SUCCESS;
}

static LONG list(SCARDCONTEXT context, BOOL wide, void *readers, DWORD *length) {
  if (!length) return SCARD_E_INVALID_PARAMETER;
  Message m = { 0 };
  put64(&m, context);
  LONG code = call(LIST, &m);
  DWORD bytes = 0;
  const BYTE *names = get_bytes(&m, &bytes);
  if (code == SCARD_S_SUCCESS) code = give_text((const WCHAR *)names, bytes / 2, wide, readers, length);
  free(m.data);
  return code;
}

LONG WINAPI SCardListReadersA(SCARDCONTEXT context, LPCSTR groups, LPSTR readers, LPDWORD length) {
  (void)groups;
  return list(context, FALSE, readers, length);
}

LONG WINAPI SCardListReadersW(SCARDCONTEXT context, LPCWSTR groups, LPWSTR readers, LPDWORD length) {
  (void)groups;
  return list(context, TRUE, readers, length);
}

static const WCHAR all_groups[] = L"SCard$DefaultReaders\0";
LONG WINAPI SCardListReaderGroupsA(SCARDCONTEXT context, LPSTR groups, LPDWORD length) {
  (void)context;
  return give_text(all_groups, sizeof all_groups / 2, FALSE, groups, length);
}

LONG WINAPI SCardListReaderGroupsW(SCARDCONTEXT context, LPWSTR groups, LPDWORD length) {
  (void)context;
  return give_text(all_groups, sizeof all_groups / 2, TRUE, groups, length);
}

/* Both structures have the same layout; only the name's characters differ. */
static LONG change(SCARDCONTEXT context, DWORD timeout, SCARD_READERSTATEW *states, DWORD count, BOOL wide) {
  if (!states && count > 0) return SCARD_E_INVALID_PARAMETER;
  Message m = { 0 };
  put64(&m, context), put32(&m, timeout), put32(&m, count);
  for (DWORD i = 0; i < count; i++) {
    if (!states[i].szReader) {
      free(m.data);
      return SCARD_E_INVALID_VALUE;
    }
    put_name(&m, states[i].szReader, wide), put32(&m, states[i].dwCurrentState);
  }
  LONG code = call(CHANGE, &m);
  DWORD answered = get32(&m);
  for (DWORD i = 0; i < count && i < answered; i++) {
    states[i].dwEventState = get32(&m);
    DWORD length = 0;
    const BYTE *atr = get_bytes(&m, &length);
    states[i].cbAtr = length > 36 ? 36 : length;
    memset(states[i].rgbAtr, 0, 36);
    memcpy(states[i].rgbAtr, atr, states[i].cbAtr);
  }
  free(m.data);
  return code;
}

LONG WINAPI SCardGetStatusChangeA(SCARDCONTEXT context, DWORD timeout, LPSCARD_READERSTATEA states, DWORD count) {
  return change(context, timeout, (LPSCARD_READERSTATEW)states, count, FALSE);
}

LONG WINAPI SCardGetStatusChangeW(SCARDCONTEXT context, DWORD timeout, LPSCARD_READERSTATEW states, DWORD count) {
  return change(context, timeout, states, count, TRUE);
}

static LONG connect_card(SCARDCONTEXT context, const void *reader, BOOL wide, DWORD share, DWORD protocols, LPSCARDHANDLE card, LPDWORD active) {
  if (!reader || !card || !active) return SCARD_E_INVALID_PARAMETER;
  Message m = { 0 };
  put64(&m, context), put_name(&m, reader, wide), put32(&m, share), put32(&m, protocols);
  LONG code = call(CONNECT, &m);
  if (code == SCARD_S_SUCCESS) *card = (SCARDHANDLE)get64(&m), *active = get32(&m);
  free(m.data);
  return code;
}

LONG WINAPI SCardConnectA(SCARDCONTEXT context, LPCSTR reader, DWORD share, DWORD protocols, LPSCARDHANDLE card, LPDWORD active) {
  return connect_card(context, reader, FALSE, share, protocols, card, active);
}

LONG WINAPI SCardConnectW(SCARDCONTEXT context, LPCWSTR reader, DWORD share, DWORD protocols, LPSCARDHANDLE card, LPDWORD active) {
  return connect_card(context, reader, TRUE, share, protocols, card, active);
}

LONG WINAPI SCardReconnect(SCARDHANDLE card, DWORD share, DWORD protocols, DWORD initialization, LPDWORD active) {
  Message m = { 0 };
  put64(&m, card), put32(&m, share), put32(&m, protocols), put32(&m, initialization);
  LONG code = call(RECONNECT, &m);
  if (code == SCARD_S_SUCCESS && active) *active = get32(&m);
  free(m.data);
  return code;
}

LONG WINAPI SCardDisconnect(SCARDHANDLE card, DWORD disposition) { return of_handle_with(DISCONNECT, card, disposition); }
LONG WINAPI SCardBeginTransaction(SCARDHANDLE card) { return of_handle(BEGIN, card); }
LONG WINAPI SCardEndTransaction(SCARDHANDLE card, DWORD disposition) { return of_handle_with(END, card, disposition); }

LONG WINAPI SCardTransmit(SCARDHANDLE card, LPCSCARD_IO_REQUEST sent, LPCBYTE command, DWORD length, LPSCARD_IO_REQUEST received, LPBYTE response, LPDWORD capacity) {
  if (!sent || !command || !response || !capacity) return SCARD_E_INVALID_PARAMETER;
  if (sent->cbPciLength < sizeof(SCARD_IO_REQUEST)) return SCARD_E_INVALID_PARAMETER;
  Message m = { 0 };
  put64(&m, card), put32(&m, sent->dwProtocol), put_bytes(&m, command, length);
  LONG code = call(TRANSMIT, &m);
  DWORD bytes = 0;
  const BYTE *answer = get_bytes(&m, &bytes);
  if (code == SCARD_S_SUCCESS) code = give(answer, bytes, 1, response, capacity);
  if (code == SCARD_S_SUCCESS && received) received->dwProtocol = sent->dwProtocol;
  SecureZeroMemory(m.data, m.capacity);
  free(m.data);
  return code;
}

static LONG status(SCARDHANDLE card, BOOL wide, void *names, LPDWORD length, LPDWORD state, LPDWORD protocol, LPBYTE atr, LPDWORD atr_length) {
  Message m = { 0 };
  put64(&m, card);
  LONG code = call(STATUS, &m);
  if (code == SCARD_S_SUCCESS) {
    DWORD bytes = 0, atr_bytes = 0;
    const BYTE *text = get_bytes(&m, &bytes);
    DWORD seen = get32(&m), active = get32(&m);
    const BYTE *found = get_bytes(&m, &atr_bytes);
    if (state) *state = seen;
    if (protocol) *protocol = active;
    LONG name_code = give_text((const WCHAR *)text, bytes / 2, wide, names, length);
    LONG atr_code = give(found, atr_bytes, 1, atr, atr_length);
    code = name_code != SCARD_S_SUCCESS ? name_code : atr_code;
  }
  free(m.data);
  return code;
}

LONG WINAPI SCardStatusA(SCARDHANDLE card, LPSTR names, LPDWORD length, LPDWORD state, LPDWORD protocol, LPBYTE atr, LPDWORD atr_length) {
  return status(card, FALSE, names, length, state, protocol, atr, atr_length);
}

LONG WINAPI SCardStatusW(SCARDHANDLE card, LPWSTR names, LPDWORD length, LPDWORD state, LPDWORD protocol, LPBYTE atr, LPDWORD atr_length) {
  return status(card, TRUE, names, length, state, protocol, atr, atr_length);
}

LONG WINAPI SCardGetAttrib(SCARDHANDLE card, DWORD attribute, LPBYTE value, LPDWORD length) {
  Message m = { 0 };
  put64(&m, card), put32(&m, attribute);
  LONG code = call(ATTRIB, &m);
  DWORD bytes = 0;
  const BYTE *found = get_bytes(&m, &bytes);
  if (code == SCARD_S_SUCCESS) code = give(found, bytes, 1, value, length);
  free(m.data);
  return code;
}

LONG WINAPI SCardControl(SCARDHANDLE card, DWORD code, LPCVOID in, DWORD in_length, LPVOID out, DWORD out_length, LPDWORD returned) {
  (void)card, (void)code, (void)in, (void)in_length, (void)out, (void)out_length;
  if (returned) *returned = 0;
  return ERROR_NOT_SUPPORTED;
}

/* Set while the service runs. Here always: whoever waits for it must still get along with SCARD_E_NO_SERVICE. */
HANDLE WINAPI SCardAccessStartedEvent(void) { return CreateEventW(NULL, TRUE, TRUE, L"kiosk-test-winscard-started"); }
void WINAPI SCardReleaseStartedEvent(void) {}
