"""Asks an address three times, waiting as it is told, and prints what it lived through."""

import json
import sys

import urllib3

patience = urllib3.Retry(total=1, status_forcelist=[], raise_on_status=False)
client = urllib3.PoolManager(retries=patience)
answers = [client.request("GET", sys.argv[1]) for _ in range(3)]
print(json.dumps([[answer.status, [past.status for past in answer.retries.history]] for answer in answers]))
