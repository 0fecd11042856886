# Checks site.json: prints one line for each mistake, nothing when every setting may be used. Used by the device at every start and by
# provision.sh. Every value goes into a file that the packet filter, the network or the time service reads, so each has a closed form; the
# anchors are \A and \z because $ also matches before a newline.
def text($max): type == "string" and length > 0 and length <= $max;
def is4: text(15) and test("\\A(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])(\\.(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])){3}\\z");
# RFC 4291, 2.2, without the form that ends in an IPv4 address.
def is6: text(39) and test("\\A[0-9a-f:]+\\z"; "i") and (test(":::") | not) and (test("[0-9a-f]{5}"; "i") | not)
  and ((split("::") | length) as $gaps | (split(":") | length) as $parts |
    if $gaps == 1 then $parts == 8 and (test("\\A:|:\\z") | not)
    else $gaps == 2 and $parts <= 9 and (test("\\A:[^:]|[^:]:\\z") | not) end);
def isAddress: is4 or is6;
# RFC 1123, 2.1.
def isName: text(253) and test("\\A[a-z0-9]([a-z0-9-]{0,62})(\\.[a-z0-9]([a-z0-9-]{0,62}))*\\z"; "i") and (test("\\A[0-9.]+\\z") | not);
def isNumber($from; $to): test("\\A[1-9][0-9]{0,4}\\z") and (tonumber | . >= $from and . <= $to);
def isPeer: text(50) and
  (capture("\\A(\\[(?<v6>[^\\]]*)\\]|(?<v4>[^:]*)):(?<port>[0-9]{1,5})\\z") // {} |
    .port != null and (.port | isNumber(1; 65535)) and (if .v6 then .v6 | is6 else .v4 // "" | is4 end));
def isNet: text(18) and (split("/") | length == 2 and (.[0] | is4) and (.[1] | isNumber(1; 32)));
def isHttps: text(300) and
  (capture("\\Ahttps://(?<host>[^/:?#@\\[\\]]+)(:(?<port>[0-9]{1,5}))?(/[A-Za-z0-9._~/-]*)?\\z") // {} |
    .host != null and (.host | isName or is4) and (.port == null or (.port | isNumber(1; 65535))));
def isToken: text(256) and test("\\A[A-Za-z0-9._~+/=-]+\\z");
def isTenant: text(64) and test("\\A[A-Za-z0-9._-]+\\z");

# As in /sys/class/drm, for example HDMI-A-1.
def isConnector: text(40) and test("\\A[A-Za-z0-9-]+\\z");
# One line of usb.profile.
def isUsbRule: text(300) and
  test("\\A[a-z]{1,16}( [0-9a-f?]{6})+( (max=[0-9]{1,2}|port=[0-9.,-]{1,60}|id=[0-9a-f:,]{1,80}))*\\z");

def only($allowed; $where): keys - $allowed | .[] | "\($where): unknown setting \(. | @json)";
def each($what; f): if . == null or f then empty else $what end;

if type != "object" then "site.json: not a JSON object"
else
  only(["hosts", "peers", "ntp", "network", "update", "usb", "display"]; "site.json"),
  (.hosts | each("hosts: an object of names and IP addresses is expected"; type == "object")),
  (.hosts | objects | to_entries[] |
    (if (.key | isName) and (.key | ascii_downcase | . != "localhost" and . != "kiosk") then empty
      else "hosts: \(.key | @json) is not a name of another host" end),
    (.key as $name | .value | each("hosts: \($name | @json): an IPv4 or IPv6 address is expected"; isAddress))),
  (.peers | each("peers: a list of \"IP:PORT\" is expected"; type == "array" and length > 0 and length <= 64)),
  (.peers | arrays | to_entries[] | .key as $n |
    if .value | isPeer then empty else "peers[\($n)]: \"IP:PORT\" or \"[IPv6]:PORT\" is expected" end),
  (.ntp | each("ntp: one host name or IP address is expected"; isAddress or isName)),
  (.network | each("network: {\"address\": \"IP/BITS\", \"gateway\": \"IP\"} is expected"; type == "object")),
  (.network | objects | only(["address", "gateway"]; "network"),
    (if .address | isNet then empty else "network.address: IPv4 address and prefix length are expected, as 192.168.1.20/24" end),
    (.gateway | each("network.gateway: an IPv4 address is expected"; is4))),
  (.display | each("display: a connector is expected, as HDMI-A-1"; isConnector)),
  (.usb | each("usb: a list of rules as in usb.profile is expected"; type == "array" and length <= 32)),
  (.usb | arrays | to_entries[] | .key as $n | if .value | isUsbRule then empty else "usb[\($n)]: a rule as in usb.profile is expected" end),
  (.update | each("update: {\"url\", \"tenant\", \"token\"} is expected"; type == "object")),
  (.update | objects | only(["url", "tenant", "token"]; "update"),
    (if .url | isHttps then empty else "update.url: https://HOST[:PORT][/PATH] is expected" end),
    (.tenant | each("update.tenant: 1 to 64 of A-Z a-z 0-9 . _ - are expected"; isTenant)),
    (if .token | isToken then empty else "update.token: 1 to 256 of A-Z a-z 0-9 . _ ~ + / = - are expected" end))
end
