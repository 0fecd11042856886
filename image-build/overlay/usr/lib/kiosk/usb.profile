# The USB devices that this device admits; all others stay without a driver. One line for each kind:
#   KIND INTERFACE... [max=N] [port=PORT,...] [id=VENDOR:PRODUCT,...]
# INTERFACE: class, subclass and protocol in hex, ? for any digit (usb.org, "Defined Class Codes"). Every interface of a device must match
# one of them, and at least one must match the first. PORT: as in /sys/bus/usb/devices, for example 1-2.
# The site's settings can replace the lines of a kind ("usb" in site.json). A keypad needs id= or port=: no other keyboard is admitted.
hub 09???? max=16
reader 0b???? max=1
camera 0e???? 01???? max=1
touch 03??00 03??02 max=1
# an older panel that reports like a mouse
touch 03??02 03??00 max=1
stick 080650 max=2
