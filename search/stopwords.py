"""Words that say nothing about what somebody looks for, the words of questions included."""

_DUTCH = """
aan achter al alle alleen als andere ben bij binnen boven buiten daar daarom dan dat de deze die dit doe doen
doet door dus een eens eigen elk elke en er erg ergens even ga gaan gaat geef geen graag had hadden heb hebben
heeft heel het hier hij hoe hoeveel hun ik in is ja je jij jou jouw jullie kan kom komt krijg krijgen krijgt kun
kunnen kunt laat liever maar mag mee meer men met mij mijn moet moeten mogen na naar nee niet niets nodig nog nu
of om onder ons onze ook op over s sinds snel te tegen tijdens toch toe tot t u uit uw van vanuit veel via vind
vinden voor waar waarom waarvoor wanneer want waren was wat we wel welk welke werd wie wij wil willen worden
wordt zal ze zelf zich zij zijn zo zonder zou
"""
_ENGLISH = """
a about after all also am an and any are as at be because been before being but by can could d did do does
doing don done each few find for from get gets getting give go got had has have having he her here hers him his
how i if in into is it its just ll m make many may me more most much must my need needs no not now of off on
once one only or other our out over own re s same she should so some such t take than that the their them then
there these they this those through to too under until up us use ve very want was we were what when where which
while who whom whose why will with within without would you your
"""

STOP_WORDS = {"nl": frozenset(_DUTCH.split()), "en": frozenset(_ENGLISH.split())}
