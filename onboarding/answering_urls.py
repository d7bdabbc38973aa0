"""Addresses of what people answer on their path: quizzes, assessments, what they hand in, questions, whether it was useful, pulses."""

from django.urls import path

from .views import assessing, handing_in, listening, questions, quizzes

STEP = "<int:enrolment_id>/steps/<uuid:step_key>"

answering = [
    path(f"{STEP}/quiz/", quizzes.quiz, name="quiz"),
    path(f"{STEP}/quiz/start/", quizzes.start, name="quiz_start"),
    path(f"{STEP}/quiz/hand-in/", quizzes.hand_in, name="quiz_hand_in"),
    path(f"{STEP}/quiz/complete/", quizzes.complete_broken, name="quiz_complete"),
    path(f"{STEP}/quiz/attempts/", quizzes.more_attempts, name="quiz_attempts"),
    path(f"{STEP}/quiz/<int:number>/", quizzes.result, name="quiz_result"),
    path(f"{STEP}/assess/use/", assessing.use, name="assess_use"),
    path(f"{STEP}/assess/complete/", assessing.complete_broken, name="assess_complete"),
    path(f"{STEP}/hand-in/", handing_in.hand_in, name="hand_in"),
    path(f"{STEP}/hand-in/draft/", handing_in.autosave, name="hand_in_draft"),
    path(f"{STEP}/answers/", handing_in.answers, name="answers"),
    path("files/<int:answer_id>/", handing_in.answer_file, name="answer_file"),
    path(f"{STEP}/ask/", questions.ask, name="ask"),
    path("questions/<int:question_id>/", questions.question, name="question"),
    path(f"{STEP}/useful/", listening.useful, name="useful"),
    path("pulse/<int:invitation_id>/", listening.pulse, name="pulse"),
]
