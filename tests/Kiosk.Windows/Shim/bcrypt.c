/* bcrypt.dll of the tests, beside the test program only. Debian 12's Wine 8 answers "not implemented" when .NET asks an RSA key for its
   length (BCryptGetProperty, "KeyStrength"), so .NET cannot use any RSA key. This library reads the length from the exported key and
   hands everything else to Wine's own bcrypt.dll, which is there under the name bcryptw.dll (bcrypt.def, Wine.cs). Never shipped. */
#include <windows.h>
#include <bcrypt.h>

#define NOT_IMPLEMENTED ((NTSTATUS)0xC0000002)

typedef NTSTATUS(WINAPI *GetProperty)(BCRYPT_HANDLE, LPCWSTR, UCHAR *, ULONG, ULONG *, ULONG);
typedef NTSTATUS(WINAPI *ExportKey)(BCRYPT_KEY_HANDLE, BCRYPT_KEY_HANDLE, LPCWSTR, UCHAR *, ULONG, ULONG *, ULONG);

__declspec(dllexport) NTSTATUS WINAPI KioskGetProperty(
    BCRYPT_HANDLE handle, LPCWSTR name, UCHAR *value, ULONG length, ULONG *written, ULONG flags)
{
    HMODULE wine = GetModuleHandleW(L"bcryptw.dll");
    GetProperty get = (GetProperty)(void *)GetProcAddress(wine, "BCryptGetProperty");
    ExportKey export_key = (ExportKey)(void *)GetProcAddress(wine, "BCryptExportKey");
    NTSTATUS status = get(handle, name, value, length, written, flags);
    if (status != NOT_IMPLEMENTED || length < sizeof(ULONG)) return status;
    if (lstrcmpW(name, BCRYPT_KEY_STRENGTH) && lstrcmpW(name, BCRYPT_KEY_LENGTH)) return status;
    UCHAR key[2048];
    ULONG size = 0;
    if (export_key(handle, 0, BCRYPT_RSAPUBLIC_BLOB, key, sizeof key, &size, 0)) return status;
    *(ULONG *)value = ((BCRYPT_RSAKEY_BLOB *)key)->BitLength;
    if (written) *written = sizeof(ULONG);
    return 0;
}
