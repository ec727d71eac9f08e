"""Asks an address until it has to wait, waiting as it is told, and prints what it lived through."""

import json
import sys

import urllib3

patience = urllib3.Retry(total=1, status_forcelist=[], raise_on_status=False)
client = urllib3.PoolManager(retries=patience)
answers = []
while len(answers) < 50 and not (answers and answers[-1][1]):
    answer = client.request("GET", sys.argv[1])
    answers.append([answer.status, [past.status for past in answer.retries.history]])
print(json.dumps(answers))
