crm demo .
cat >> crm.toml <<'END'

[hours.office]
mon-fri = "09:00-12:00 13:00-17:00"
END
cat >> schema/customer.toml <<'END'
region     = { type = "region" }
opens      = { type = "time" }
renewal    = { type = "month" }
newsletter = { type = "flag" }
place      = { type = "geo" }
END
cat >> schema/deal.toml <<'END'
discount = { type = "percent" }
lines    = { type = "line[]" }
net      = { type = "money", calc = "amount * (1 - discount)" }
age      = { type = "duration", calc = "today - created" }
remind   = { type = "date", calc = "close - 2w" }
region   = { type = "region", calc = "customer.region" }
short    = { type = "text", calc = "'{name} ({customer}): {amount}'" }
END
cat > schema/line.toml <<'END'
embedded = true
plural   = "lines"

[fields]
product = { type = "product", need = true }
qty     = { type = "decimal", default = "1" }
price   = { type = "money", default = "(product.price)" }
total   = { type = "money", calc = "qty * price" }
END
mkdir -p rules
cat > rules/tags.toml <<'END'
[tag.slow]
for   = "deal"
where = "is:open touched:..-21d"
but   = "is:late"
END
crm set jonas away=2026-11-16..2026-11-27
crm archive quick-leads
crm set eiswerk opens=7:30 newsletter=yes renewal=2027-02 region=广东/深圳 place=53.55,9.99
crm set alpina opens=9:00 newsletter=no renewal=2027-06 region=四川
crm set kessler cadence=5wd keys+=hubspot:12345
crm set bottle-crates discount=10% lines+='product=kraken-12 qty=2' lines+='product=lookout'
crm set can-packing discount=5% lines+='product=kraken-6'
crm rename okrug okrug
crm customer add 'Nordlicht Brauerei' industry=food --me sara
crm set drawer-assembly-screws close=2027-01-21
crm move drawer-assembly-screws proposal amount=54k -m 'they asked for an offer'
crm set welding owner=sara
