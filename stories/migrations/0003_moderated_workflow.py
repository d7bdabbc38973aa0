import django.core.validators
import django.db.models.deletion
import modelcluster.fields
import stories.models.sharing
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
        ('base', '0003_files_and_questions'),
        ('guidelines', '0002_import_of_handbooks'),
        ('people', '__first__'),
        ('stories', '0002_story_help'),
        ('wagtailcore', '0098_apitoken'),
    ]

    operations = [
        migrations.CreateModel(
            name='StoryTheme',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=60, unique=True, verbose_name='name')),
                ('name_en', models.CharField(blank=True, max_length=60, verbose_name='name in English')),
            ],
            options={
                'verbose_name': 'theme of stories',
                'verbose_name_plural': 'themes of stories',
                'ordering': ['name'],
            },
        ),
        migrations.AddField(
            model_name='storyindexpage',
            name='moderation',
            field=models.CharField(choices=[('before', 'A moderator reads along before a story appears'), ('after', 'A story appears at once; a moderator reads along afterwards')], default='before', help_text="Somebody's first story is always read before it appears.", max_length=6, verbose_name='reading along'),
        ),
        migrations.AddField(
            model_name='storyindexpage',
            name='target_days',
            field=models.PositiveSmallIntegerField(default=2, help_text='Authors are told this. Past it a story goes to a second moderator, then to the community manager.', validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(10)], verbose_name='working days until an answer'),
        ),
        migrations.AddField(
            model_name='storyindexpage',
            name='trusts_authors',
            field=models.BooleanField(default=False, help_text='Who had three stories approved and no report upheld in twelve months publishes at once.', verbose_name='trust after three stories'),
        ),
        migrations.AddField(
            model_name='storypage',
            name='changed_at',
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name='changed on'),
        ),
        migrations.AddField(
            model_name='storyphoto',
            name='is_decorative',
            field=models.BooleanField(default=False, verbose_name='only decorates'),
        ),
        migrations.CreateModel(
            name='CallInvitation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('declined_at', models.DateTimeField(blank=True, null=True)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='call_invitations', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='PublicSnapshot',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('token', models.CharField(default=stories.models.sharing.new_token, max_length=40, unique=True)),
                ('language', models.CharField(max_length=8)),
                ('title', models.CharField(max_length=255)),
                ('summary', models.TextField(blank=True)),
                ('text', models.TextField(verbose_name='Markdown, cleaned again when shown')),
                ('author_name', models.CharField(blank=True, max_length=200)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True)),
                ('story', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='snapshots', to='stories.storypage')),
            ],
            options={
                'verbose_name': 'public copy',
            },
        ),
        migrations.CreateModel(
            name='ShareCount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('network', models.CharField(max_length=20)),
                ('count', models.PositiveIntegerField(default=0)),
                ('story', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='share_counts', to='stories.storypage')),
            ],
        ),
        migrations.CreateModel(
            name='SnapshotPhoto',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('file', models.ImageField(upload_to='shared/')),
                ('alt_text', models.CharField(blank=True, max_length=255)),
                ('caption', models.CharField(blank=True, max_length=255)),
                ('sort_order', models.PositiveSmallIntegerField(default=0)),
                ('snapshot', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='photos', to='stories.publicsnapshot')),
            ],
            options={
                'ordering': ['sort_order', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='StoryCall',
            fields=[
                ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to=settings.WAGTAIL_PAGE_MODEL)),
                ('summary', models.TextField(blank=True, help_text='One or two sentences. Shown in lists, in search results and under the title.', max_length=400, verbose_name='summary')),
                ('image_alt', models.CharField(blank=True, help_text="Read aloud to who can't see it. Leave empty if the picture only decorates.", max_length=255, verbose_name='what the picture shows')),
                ('ends_on', models.DateField(help_text='The last day on which somebody can answer.', verbose_name='until')),
                ('example', models.TextField(blank=True, help_text='A few lines that show what you hope for.', verbose_name='example')),
                ('asked', models.ManyToManyField(blank=True, related_name='story_calls', through='stories.CallInvitation', to=settings.AUTH_USER_MODEL, verbose_name='asked by name')),
                ('image', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='base.portalimage', verbose_name='picture')),
            ],
            options={
                'verbose_name': 'call for stories',
            },
            bases=('wagtailcore.page',),
        ),
        migrations.AddField(
            model_name='callinvitation',
            name='call',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='invitations', to='stories.storycall'),
        ),
        migrations.AddField(
            model_name='storypage',
            name='call',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='answers', to='stories.storycall', verbose_name='answers the call'),
        ),
        migrations.CreateModel(
            name='StoryDraft',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.UUIDField(default=uuid.uuid4, unique=True)),
                ('title', models.CharField(blank=True, max_length=255, verbose_name='title')),
                ('text', models.TextField(blank=True, verbose_name='story')),
                ('language', models.CharField(choices=[('nl', 'Nederlands'), ('en', 'English')], default='nl', max_length=8, verbose_name='language')),
                ('version', models.PositiveIntegerField(default=1)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('sent_at', models.DateTimeField(blank=True, null=True)),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='story_drafts', to=settings.AUTH_USER_MODEL)),
                ('call', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='drafts', to='stories.storycall', verbose_name='answers the call')),
                ('channel', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='stories.storyindexpage', verbose_name='where it appears')),
                ('story', models.ForeignKey(blank=True, help_text='The story this changes; empty for a new one.', null=True, on_delete=django.db.models.deletion.CASCADE, related_name='drafts', to='stories.storypage')),
                ('theme', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='stories.storytheme', verbose_name='theme')),
            ],
            options={
                'verbose_name': 'draft of a story',
                'verbose_name_plural': 'drafts of stories',
                'ordering': ['-updated_at'],
            },
        ),
        migrations.CreateModel(
            name='DraftPhoto',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.UUIDField(default=uuid.uuid4, help_text='Made by the device, so an upload tried twice is one photo.')),
                ('alt_text', models.CharField(blank=True, max_length=255, verbose_name='what the photo shows')),
                ('is_decorative', models.BooleanField(default=False, verbose_name='only decorates')),
                ('caption', models.CharField(blank=True, max_length=255, verbose_name='caption')),
                ('nobody_recognisable', models.BooleanField(default=False, verbose_name='nobody is recognisable')),
                ('sort_order', models.PositiveSmallIntegerField(default=0)),
                ('image', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='base.portalimage')),
                ('people', models.ManyToManyField(blank=True, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='who is recognisable')),
                ('draft', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='photos', to='stories.storydraft')),
            ],
            options={
                'verbose_name': 'photo of a draft',
                'ordering': ['sort_order', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='StoryReach',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('readers', models.PositiveIntegerField(default=0)),
                ('story', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='reach', to='stories.storypage')),
            ],
            options={
                'verbose_name': 'reach of a story',
            },
        ),
        migrations.CreateModel(
            name='StoryReport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.CharField(choices=[('abuse', 'It hurts somebody'), ('privacy', 'It shows something private'), ('wrong', "It isn't true"), ('other', 'Something else')], max_length=8, verbose_name='reason')),
                ('comment', models.TextField(blank=True, max_length=1000, verbose_name='what is the matter')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('outcome', models.CharField(blank=True, choices=[('', 'not yet looked at'), ('upheld', 'you were right'), ('rejected', 'it stays')], default='', max_length=8)),
                ('outcome_comment', models.TextField(blank=True)),
                ('settled_at', models.DateTimeField(blank=True, null=True)),
                ('image', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='reports', to='base.portalimage')),
                ('reporter', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='story_reports', to=settings.AUTH_USER_MODEL)),
                ('settled_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('story', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='reports', to='stories.storypage')),
            ],
            options={
                'verbose_name': 'report',
                'verbose_name_plural': 'reports',
                'ordering': ['created_at'],
            },
        ),
        migrations.CreateModel(
            name='StoryReviewTask',
            fields=[
                ('task_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to='wagtailcore.task')),
                ('groups', models.ManyToManyField(help_text='Pages/snippets at this step in a workflow will be moderated or approved by these groups of users', to='auth.group', verbose_name='groups')),
            ],
            options={
                'verbose_name': 'moderation of stories',
                'verbose_name_plural': 'moderation of stories',
            },
            bases=('wagtailcore.task',),
        ),
        migrations.AddField(
            model_name='storypage',
            name='theme',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='stories', to='stories.storytheme', verbose_name='theme'),
        ),
        migrations.CreateModel(
            name='Submission',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('in_review', 'being read by a moderator'), ('changes_asked', 'your turn: changes asked'), ('author_to_agree', 'your turn: do you agree with the edits?'), ('published', 'published'), ('declined', 'not published'), ('withdrawn', 'withdrawn')], default='in_review', max_length=16, verbose_name='state')),
                ('submitted_at', models.DateTimeField(verbose_name='sent on')),
                ('due_at', models.DateTimeField(verbose_name='answer promised by')),
                ('decided_at', models.DateTimeField(blank=True, null=True, verbose_name='answered on')),
                ('claimed_at', models.DateTimeField(blank=True, null=True)),
                ('escalation', models.PositiveSmallIntegerField(default=0, help_text='0: to all moderators, 1: to a second moderator, 2: to the community manager.', verbose_name='passed on')),
                ('reads_after', models.BooleanField(default=False, help_text='Published at once; a moderator still reads along.', verbose_name='to be read afterwards')),
                ('is_first_story', models.BooleanField(default=False, verbose_name='first story of this person')),
                ('appealed_at', models.DateTimeField(blank=True, null=True, verbose_name='looked at again since')),
                ('agree_by', models.DateTimeField(blank=True, null=True, verbose_name='agree before')),
                ('release', models.CharField(choices=[('internal', 'internal'), ('asked', 'waiting for release'), ('public', 'may go outside')], default='internal', max_length=10, verbose_name='outside')),
                ('upheld_report_at', models.DateTimeField(blank=True, null=True)),
                ('hidden_at', models.DateTimeField(blank=True, help_text='Taken from view after reports, until they are settled.', null=True, verbose_name='hidden since')),
                ('claimed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='claimed_stories', to=settings.AUTH_USER_MODEL, verbose_name='taken up by')),
                ('edited_revision', models.ForeignKey(blank=True, help_text="The moderator's version that the author has to agree with.", null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='wagtailcore.revision')),
                ('excluded_moderators', models.ManyToManyField(blank=True, help_text='Who decided before, when somebody asks again.', related_name='+', to=settings.AUTH_USER_MODEL)),
                ('story', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='submission', to='stories.storypage')),
            ],
            options={
                'verbose_name': 'sent story',
                'verbose_name_plural': 'sent stories',
            },
        ),
        migrations.CreateModel(
            name='StoryEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('sent', 'sent'), ('claimed', 'taken up'), ('released', 'let go'), ('passed_on', 'passed on'), ('changes_asked', 'changes asked'), ('answered', 'answered'), ('edited', 'edited by the moderator'), ('agreed', 'edits agreed'), ('not_agreed', 'edits not agreed'), ('lapsed', 'not answered in time'), ('approved', 'approved'), ('published', 'published'), ('declined', 'not published'), ('appealed', 'asked to look again'), ('withdrawn', 'withdrawn'), ('restored', 'put back'), ('changed', 'changed after publishing'), ('hidden', 'hidden until it is settled'), ('shown', 'shown again'), ('release_asked', 'asked whether it may go outside'), ('release_given', 'may go outside'), ('release_refused', 'stays inside'), ('release_ended', 'no longer outside'), ('used', 'used in the company story')], max_length=16)),
                ('reason', models.CharField(blank=True, choices=[('privacy', "Somebody's privacy"), ('customer', 'A customer can be recognised'), ('unfinished', "News that isn't ready yet"), ('facts', "A fact that doesn't hold"), ('clarity', "A part others won't understand"), ('photo', 'A photo'), ('tone', 'The tone towards somebody'), ('other', 'Something else')], max_length=12)),
                ('comment', models.TextField(blank=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('actor', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('revision', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='wagtailcore.revision')),
                ('submission', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='events', to='stories.submission')),
            ],
            options={
                'ordering': ['created_at', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Portrayal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('answer', models.CharField(blank=True, choices=[('', 'no answer'), ('fine', 'fine'), ('hidden', 'hide it until we have talked')], default='', max_length=6)),
                ('answered_at', models.DateTimeField(blank=True, null=True)),
                ('may_go_outside', models.BooleanField(default=False, verbose_name='may be shown outside')),
                ('settled_at', models.DateTimeField(blank=True, null=True)),
                ('image', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='portrayals', to='base.portalimage')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='portrayals', to=settings.AUTH_USER_MODEL)),
                ('story', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='portrayals', to='stories.storypage')),
            ],
            options={
                'verbose_name': 'person in the picture',
                'constraints': [models.UniqueConstraint(fields=('story', 'image', 'person'), name='stories_portrayal_once_per_photo')],
            },
        ),
        migrations.AddConstraint(
            model_name='publicsnapshot',
            constraint=models.UniqueConstraint(condition=models.Q(('withdrawn_at__isnull', True)), fields=('story',), name='stories_snapshot_one_live_per_story'),
        ),
        migrations.AddConstraint(
            model_name='sharecount',
            constraint=models.UniqueConstraint(fields=('story', 'network'), name='stories_sharecount_once_per_network'),
        ),
        migrations.AddConstraint(
            model_name='callinvitation',
            constraint=models.UniqueConstraint(fields=('call', 'person'), name='stories_invitation_once_per_person'),
        ),
        migrations.AddConstraint(
            model_name='draftphoto',
            constraint=models.UniqueConstraint(fields=('draft', 'key'), name='stories_draftphoto_once_per_key'),
        ),
        migrations.AddConstraint(
            model_name='storyreport',
            constraint=models.UniqueConstraint(condition=models.Q(('image__isnull', True), ('outcome', '')), fields=('story', 'reporter'), name='stories_report_one_open_per_story'),
        ),
        migrations.AddConstraint(
            model_name='storyreport',
            constraint=models.UniqueConstraint(condition=models.Q(('image__isnull', False), ('outcome', '')), fields=('story', 'image', 'reporter'), name='stories_report_one_open_per_photo'),
        ),
        migrations.AddConstraint(
            model_name='storydraft',
            constraint=models.UniqueConstraint(condition=models.Q(('sent_at__isnull', True), ('story__isnull', False)), fields=('story',), name='stories_draft_one_open_per_story'),
        ),
        migrations.AddIndex(
            model_name='submission',
            index=models.Index(fields=['state', 'due_at'], name='stories_submission_queue'),
        ),
        migrations.AddField(
            model_name='portrayal',
            name='outside_answered_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='publicsnapshot',
            name='author_role',
            field=models.CharField(blank=True, max_length=120),
        ),
        migrations.AddField(
            model_name='publicsnapshot',
            name='card',
            field=models.ImageField(blank=True, upload_to='shared/', verbose_name='picture for link previews'),
        ),
        migrations.AddField(
            model_name='publicsnapshot',
            name='content_hash',
            field=models.CharField(blank=True, max_length=64, verbose_name='what it was made of'),
        ),
        migrations.AddField(
            model_name='snapshotphoto',
            name='source',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='base.portalimage'),
        ),
        migrations.AddField(
            model_name='storyindexpage',
            name='sharing_tips',
            field=models.ForeignKey(blank=True, help_text='A chapter with tips. Its first five are shown to who shares a story on, once per version.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='guidelines.chapterpage', verbose_name='tips when sharing on'),
        ),
        migrations.CreateModel(
            name='SharingChoice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('with_name', models.BooleanField(default=False, help_text='Otherwise your first name and your role stand there.', verbose_name='with my full name')),
                ('text_nl', models.TextField(blank=True, max_length=600, verbose_name='suggested words in Dutch')),
                ('text_en', models.TextField(blank=True, max_length=600, verbose_name='suggested words in English')),
                ('asked_at', models.DateTimeField(blank=True, null=True, verbose_name='asked on')),
                ('left_out', models.ManyToManyField(blank=True, related_name='+', to='base.portalimage', verbose_name='photos that stay inside')),
                ('story', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='sharing_choice', to='stories.storypage')),
            ],
            options={
                'verbose_name': 'choice about going outside',
            },
        ),
        migrations.CreateModel(
            name='ShareTipsAcknowledgement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('translation_key', models.UUIDField(verbose_name='chapter')),
                ('version', models.CharField(max_length=64)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'tips read before sharing on',
                'constraints': [models.UniqueConstraint(fields=('user', 'translation_key', 'version'), name='stories_sharetips_once_per_version')],
            },
        ),
        migrations.AddField(
            model_name='storyindexpage',
            name='writing_tips',
            field=models.ForeignKey(blank=True, help_text='A chapter or manual. Its first five tips stand beside the form in which colleagues write.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.WAGTAIL_PAGE_MODEL, verbose_name='tips beside the words'),
        ),
        migrations.AddField(
            model_name='storyindexpage',
            name='photo_tips',
            field=models.ForeignKey(blank=True, help_text='The same for the step in which they add photos. Left empty, it is the tips beside the words.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.WAGTAIL_PAGE_MODEL, verbose_name='tips beside the photos'),
        ),
        migrations.AlterModelOptions(
            name='callinvitation',
            options={'verbose_name': 'colleague asked by name'},
        ),
        migrations.RemoveField(
            model_name='callinvitation',
            name='declined_at',
        ),
        migrations.RemoveField(
            model_name='storycall',
            name='asked',
        ),
        migrations.AddField(
            model_name='storycall',
            name='theme',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='calls', to='stories.storytheme', verbose_name='theme'),
        ),
        migrations.AddField(
            model_name='submission',
            name='hidden_pages',
            field=models.JSONField(blank=True, default=dict, editable=False, help_text='What was live when it was hidden: ids of pages with the ids of their revisions.'),
        ),
        migrations.AlterField(
            model_name='callinvitation',
            name='call',
            field=modelcluster.fields.ParentalKey(on_delete=django.db.models.deletion.CASCADE, related_name='invitations', to='stories.storycall'),
        ),
        migrations.AlterField(
            model_name='callinvitation',
            name='person',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='call_invitations', to=settings.AUTH_USER_MODEL, verbose_name='colleague'),
        ),
        migrations.AlterField(
            model_name='storycall',
            name='example',
            field=models.TextField(blank=True, help_text='A few lines that show what you hope for.', max_length=2000, verbose_name='example'),
        ),
        migrations.CreateModel(
            name='CallRefusal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('call_key', models.UUIDField(help_text='The call in every language.')),
                ('declined_at', models.DateTimeField(auto_now_add=True)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='call_refusals', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'call declined',
                'constraints': [models.UniqueConstraint(fields=('call_key', 'person'), name='stories_refusal_once_per_person')],
            },
        ),
        migrations.AddField(
            model_name='snapshotphoto',
            name='height',
            field=models.PositiveIntegerField(default=0, editable=False),
        ),
        migrations.AddField(
            model_name='snapshotphoto',
            name='width',
            field=models.PositiveIntegerField(default=0, editable=False),
        ),
        migrations.AlterField(
            model_name='snapshotphoto',
            name='file',
            field=models.ImageField(height_field='height', upload_to='shared/', width_field='width'),
        ),
    ]
