# What a user of the image types, one command after the other. Run by rootfs.sh inside the container's network.
say() { printf '\n\n$ %s\n' "$1"; }
curl() { say "curl $(printf '%q ' "$@")"; command curl --silent --show-error --max-time 60 --write-out '\n[%{http_code} after %{time_total} s]' "$@"; }

curl --location 'http://localhost:8080/models' \
--header 'Content-Type: application/json' \
--data '{
    "model_name": "modelx",
    "url": "/opt/ml/models/india"
}'

curl --location 'http://localhost:8080/models' \
--header 'Accept: application/json'

curl --location 'http://localhost:8080/predictions/modelx' \
--header 'Content-Type: application/json' \
--data '{
    "action": {"0": 1, "1": 1, "2": 2, "3": 2},
    "david": {"0": 1, "1": 2, "2": 2, "3": 3}
}'

# A picture: libvips and what it needs of the base are there, too.
curl 'http://localhost:8080/predictions/image' --header 'Content-Type: image/jpeg' --data-binary @"$SAMPLES/images/coffee.jpg"

curl --location --request DELETE 'http://localhost:8080/models/modelx'
echo
