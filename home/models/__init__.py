from .company_story import CompanyStoryPage, StoryChapterPage
from .front_page import HomePage
from .news import NewsIndexPage, NewsPage

__all__ = ["CompanyStoryPage", "HomePage", "NewsIndexPage", "NewsPage", "StoryChapterPage"]
